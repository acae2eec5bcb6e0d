"""People, known by e-mail and by the name they choose to show."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.ground.places.models import Place

# Shown wherever the name of somebody who has left would stand; content of a page, so in one language.
ERASED_NAME = "탈퇴한 회원"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail and by the name they choose to show."""

    email = models.EmailField(_("e-mail"), max_length=254)
    display_name = models.CharField(_("name shown to others"), max_length=40)
    home = models.ForeignKey(Place, models.SET_NULL, null=True, blank=True, verbose_name=_("home municipality"))
    language = models.CharField(max_length=5, default="ko")
    bio = models.CharField(max_length=200, blank=True)
    avatar = models.CharField(max_length=60, blank=True, help_text="name of a re-encoded picture among the uploads")
    shown = ArrayField(models.CharField(max_length=24), default=list, blank=True, help_text="see profiles.py")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="the person has left; nothing of them is here")

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            # Whoever has left leaves nothing: an emptied row holds up what was decided in public.
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    is_active=False,
                    is_staff=False,
                    is_superuser=False,
                    email__endswith="@erased.invalid",
                    display_name=ERASED_NAME,
                    bio="",
                    avatar="",
                    home=None,
                    last_login=None,
                    password__startswith="!",  # noqa: S106 - an unusable one
                ),
                name="user_erased_is_empty",
            ),
        )

    def __str__(self) -> str:
        return self.display_name
