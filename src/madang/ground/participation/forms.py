"""Writing a comment, and hiding one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.operations import COMMENT_LENGTH


class CommentForm(forms.Form):
    """A comment, or a reply where `parent` names one."""

    body = forms.CharField(
        label=_("Your comment"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Phone numbers, e-mail addresses and the like are masked."),
        error_messages={"required": _("Write something before you send it.")},
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HideCommentForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for hiding"),
        max_length=300,
        help_text=_("It stands where the comment stood, and in the public record."),
    )
