"""Carrying a decision out: hiding and showing, on the public record, and telling those concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_noop

from madang.ground.participation import things
from madang.ground.participation.models import Amendment, Case, Comment, Decision, Report
from madang.ground.participation.operations.naming import announce
from madang.ground.participation.operations.subjects import move_count
from madang.ground.participation.operations.telling import tell
from madang.ground.participation.targets import Target, of_case
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

RECORDED = {"keep": "kept", "hide": Entry.Kind.HIDDEN.value, "restore": Entry.Kind.RESTORED.value}


def target_of(case: Case) -> Target:
    """What a case is about. Raises LookupError where its thing is gone."""
    card = things.card(case.subject_id)
    if card is None:
        raise LookupError(f"The subject {case.subject_id} belongs to no thing that is registered.")
    return of_case(case, card)


def release(target: Target, *, now: datetime) -> None:
    """Show what was held for review, and tell those whom it concerns, as if it were sent now."""
    if target.comment and target.comment.status == Comment.Status.HELD:
        _show_comment(target.comment)
        announce(target.comment, target.card, now)
    if target.amendment and target.amendment.visibility == Amendment.Visibility.HELD:
        Amendment.objects.filter(pk=target.amendment.pk).update(visibility=Amendment.Visibility.SHOWN)


def carry_out(target: Target, decision: Decision, *, now: datetime) -> None:
    """Hide it or show it, and record that. A thing of a room above does both itself, and tells its author."""
    if target.kind == "subject" and decision.outcome != Decision.Outcome.KEEP:
        _by_its_room(target, decision, now)
        return
    if decision.outcome == Decision.Outcome.HIDE:
        _hide(target, decision)
    elif decision.outcome == Decision.Outcome.RESTORE:
        _show(target)
    record(
        kind=RECORDED[decision.outcome], subject=target.key, place=decision.case.place, by=decision.by, now=now,
        reason=decision.reason, data={"case": decision.case_id, "rule": decision.rule, "rule_text": decision.rule_text},
    )  # fmt: skip


def _by_its_room(target: Target, decision: Decision, now: datetime) -> None:
    thing, pk = target.card.thing, target.card.pk
    if decision.outcome == Decision.Outcome.HIDE and thing.hide and target.card.public:
        thing.hide(pk=pk, rule=decision.rule, reason=decision.reason, by=decision.by, now=now)
    elif decision.outcome == Decision.Outcome.RESTORE and thing.show and not target.card.public:
        thing.show(pk=pk, reason=decision.reason, by=decision.by, now=now)


def _hide(target: Target, decision: Decision) -> None:
    if target.comment:
        if target.comment.is_shown:
            move_count(target.comment.subject, "comment_count", -1)
        row = target.comment
        row.status, row.hidden_reason, row.hidden_rule = Comment.Status.HIDDEN, decision.reason, decision.rule
        row.hidden_by = decision.by
        row.save(update_fields=["status", "hidden_reason", "hidden_rule", "hidden_by"])
    elif target.amendment:
        Amendment.objects.filter(pk=target.amendment.pk).update(
            visibility=Amendment.Visibility.HIDDEN, hidden_reason=decision.reason
        )


def _show(target: Target) -> None:
    if target.comment and target.comment.status == Comment.Status.HIDDEN:
        _show_comment(target.comment)
    elif target.amendment:
        Amendment.objects.filter(pk=target.amendment.pk).update(visibility=Amendment.Visibility.SHOWN, hidden_reason="")


def _show_comment(row: Comment) -> None:
    row.status, row.hidden_reason, row.hidden_rule, row.hidden_by = Comment.Status.SHOWN, "", None, None
    row.save(update_fields=["status", "hidden_reason", "hidden_rule", "hidden_by"])
    move_count(row.subject, "comment_count", 1)


TO_AUTHOR = {
    ("comment", "hide"): gettext_noop(
        "Your comment was hidden under rule %(rule)s of the code of conduct. Reason: %(reason)s You can appeal."
    ),
    ("comment", "restore"): gettext_noop("Your comment is shown again. Reason: %(reason)s"),
    ("comment", "keep"): gettext_noop("Your comment was examined and is shown. Reason: %(reason)s"),
    ("amendment", "hide"): gettext_noop(
        "Your suggestion was hidden under rule %(rule)s of the code of conduct. Reason: %(reason)s You can appeal."
    ),
    ("amendment", "restore"): gettext_noop("Your suggestion is shown again. Reason: %(reason)s"),
    ("amendment", "keep"): gettext_noop("Your suggestion was examined and is shown. Reason: %(reason)s"),
    ("subject", "hide"): gettext_noop(
        "What you wrote was hidden under rule %(rule)s of the code of conduct. You can appeal."
    ),
}  # fmt: skip
TO_REPORTER = {
    "keep": gettext_noop("What you reported was examined and kept. Reason: %(reason)s"),
    "hide": gettext_noop("What you reported was examined and hidden. Reason: %(reason)s"),
    "restore": gettext_noop("What you reported was hidden, and is shown again. Reason: %(reason)s"),
}


def tell_about(case: Case, decision: Decision, target: Target, *, now: datetime) -> None:
    """Tell the writer and those who reported it why; a writer hears of no report that came to nothing."""
    url = reverse("talk:case", args=[case.pk])
    params: dict[str, object] = {"rule": decision.rule or "", "reason": decision.reason}
    silent = decision.outcome == Decision.Outcome.KEEP and case.source == Case.Source.REPORTS
    message = TO_AUTHOR.get((target.kind, decision.outcome))
    if message and case.author_id and not silent:
        tell(
            users=[case.author_id], kind="moderation", message=message, params=params, url=url,
            key=f"case:{case.pk}:{decision.number}:author", now=now,
        )  # fmt: skip
    reporters = list(Report.objects.filter(case=case).values_list("reporter_id", flat=True))
    if reporters:
        tell(
            users=reporters, kind="moderation", message=TO_REPORTER[decision.outcome], params=params, url=url,
            key=f"case:{case.pk}:{decision.number}", now=now,
        )  # fmt: skip
