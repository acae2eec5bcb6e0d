"""Keys with which a person's own programs act for them, and the answers kept for requests that are sent again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from madang.ground.people.models.users import User


class ApiToken(models.Model):
    """A key to the API. Only its digest is kept; the first letters tell its owner which one it is."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["user", "-created_at"], name="token_by_user"),)
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="token_has_name"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="token_may_something"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_creation"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("created_at")), name="token_revoked_after_creation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class KeptAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, written in the transaction of what the request changed."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of method, address and body")
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    kept_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["kept_at"], name="kept_answer_by_age"),)
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="kept_answer_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
