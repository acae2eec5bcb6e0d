"""How surely the platform knows a person. Of an identity only keyed hashes are kept, never a number or a name."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models.users import User
from madang.ground.places.models import Place


class Level(models.IntegerChoices):
    """What is known of a person; each level stands on what it says alone, and a process sets the least it asks for."""

    NONE = 0, _("Nothing confirmed")
    EMAIL = 1, _("E-mail confirmed")
    PHONE = 2, _("Phone confirmed")
    RESIDENT = 3, _("Resident confirmed")
    OFFICIAL = 4, _("Official confirmed")


class Verification(models.Model):
    """One level that a person has reached, by which way, and until when it holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="verifications")
    level = models.PositiveSmallIntegerField(choices=[one for one in Level.choices if one[0] > 1])
    method = models.CharField(max_length=20, help_text="key of the adapter: see verification/")
    place = models.ForeignKey(Place, models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "level"], name="verification_once_a_level"),
            models.CheckConstraint(condition=Q(level__gte=2, level__lte=4), name="verification_level_known"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("verified_at")), name="verification_expires_later"
            ),
            models.CheckConstraint(condition=~Q(confirmed_by=F("user")), name="verification_not_of_oneself"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_level_display()}"


class IdentityDigest(models.Model):
    """A keyed hash of what identifies a person. It is unique: one resident or one phone has one account."""

    verification = models.ForeignKey(Verification, models.CASCADE, related_name="digests")
    digest = models.CharField(max_length=64, unique=True, db_collation="C")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="digest_is_a_digest"),)

    def __str__(self) -> str:
        return self.digest[:8]


class PhoneCode(models.Model):
    """A code on its way to a phone: neither the code nor the number is kept, only keyed hashes of them."""

    ATTEMPTS = 5

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="phone_code")
    phone = models.CharField(max_length=64, db_collation="C")
    code = models.CharField(max_length=64, db_collation="C")
    ending = models.CharField(max_length=2, help_text="the last two digits, to show where the code went")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(attempts__lte=5), name="phone_code_attempts_limited"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="phone_code_expires_later"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} …{self.ending}"


class CounterSlip(models.Model):
    """A short code that a resident shows at the counter, where an official compares an identity card."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="counter_slip")
    code = models.CharField(max_length=64, unique=True, db_collation="C")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="counter_slip_expires_later"),
        )

    def __str__(self) -> str:
        return str(self.user_id)
