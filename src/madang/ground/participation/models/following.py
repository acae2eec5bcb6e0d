"""Following what is not one thing: whatever is new at a place, in a field, by an office or person, or with words."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Field
from madang.ground.people.models import User
from madang.ground.places.models import Office, Place


class Watch(models.Model):
    """What is new and meets every criterion given: "new proposals about 버스 in Suwon".

    A place means what lies in it too. Things of which one follows each step are `Follow`.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="watches")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="+")
    field = models.CharField(_("field"), max_length=20, choices=Field, blank=True)
    office = models.ForeignKey(Office, models.CASCADE, null=True, blank=True, related_name="+")
    author = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    words = models.CharField(_("words"), max_length=100, blank=True)
    # As the search reads the words; a document has to hold them all.
    terms = ArrayField(models.TextField(), default=list)
    engine = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "watches"
        indexes = (models.Index(fields=["user", "-created_at"], name="watch_by_user"),)
        constraints = (
            models.UniqueConstraint(
                fields=["user", "place", "field", "office", "author", "words"], nulls_distinct=False, name="watch_once"
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=False)
                | ~Q(field="")
                | Q(office__isnull=False)
                | Q(author__isnull=False)
                | ~Q(words=""),
                name="watch_has_a_criterion",
            ),
            models.CheckConstraint(
                condition=Q(words="", terms=[]) | (~Q(words="") & ~Q(terms=[])), name="watch_words_have_terms"
            ),
            models.CheckConstraint(condition=~Q(author=F("user")), name="watch_not_oneself"),
            models.CheckConstraint(condition=Q(field="") | Q(field__in=Field.values), name="watch_field_known"),
        )

    def __str__(self) -> str:
        return f"watch of {self.user_id}"
