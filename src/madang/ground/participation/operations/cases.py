"""Reports and the cases they make; what a moderator decides; holding by signals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from madang.ground.participation import queries
from madang.ground.participation.models import Amendment, Case, Comment, Decision, Report, Subject
from madang.ground.participation.operations import showing
from madang.ground.participation.operations.pace import keep_pace
from madang.ground.participation.operations.subjects import lock
from madang.ground.participation.targets import Target
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from datetime import datetime

    from madang.engines.texts.spam import Assessment
    from madang.ground.people.models import User

# What was looked at and kept is not looked at again for so long, unless its words changed.
SETTLED = timedelta(days=30)


class ModerationError(Exception):
    """A report, decision or appeal that cannot stand. The message says why and what to do instead."""


class AlreadySettledError(ModerationError):
    """The same words were examined not long ago; the message gives the decision."""


@transaction.atomic
def report(*, target: Target, by: User, category: str, text: str, now: datetime) -> Report:
    """Ask the moderators to look at something; a second report by the same person changes nothing.

    Raises ModerationError, TooManyError.
    """
    subject = _held(target)
    require(by, "participation.report", subject)
    if target.author_id == by.pk:
        raise ModerationError(_("These are your own words: change or delete them instead."))
    if not target.is_shown:
        raise ModerationError(_("This is not shown any more, so there is nothing to report."))
    if category not in Report.Category.values:
        raise ModerationError(_("Choose what is wrong."))
    if category == Report.Category.OTHER and not text.strip():
        raise ModerationError(_("Say in a sentence what is wrong."))
    case = _open_case(target) or _new_case(target, subject, Case.Source.REPORTS, now)
    if before := case.reports.filter(reporter=by).first():
        return before
    keep_pace("report", by=by, now=now)
    Case.objects.filter(pk=case.pk).update(report_count=F("report_count") + 1)
    return Report.objects.create(case=case, reporter=by, category=category, text=text.strip()[:1000], created_at=now)


@transaction.atomic
def decide(*, case_id: int, outcome: str, reason: str, by: User, now: datetime, rule: int | None = None) -> Decision:
    """Keep it, hide it under a rule, or show it again, with a reason that everybody reads. Raises ModerationError."""
    case = locked_case(case_id)
    require(by, "participation.decide_case", case)
    if hasattr(case, "appeal") and case.appeal.outcome == "waiting":
        raise ModerationError(_("Its writer has appealed. Decide the appeal instead."))
    if not _fits(case, outcome):
        raise ModerationError(_("Somebody has decided this meanwhile. Look at the case again."))
    return decided(case, outcome=outcome, rule=rule, reason=reason, by=by, now=now)


@transaction.atomic
def take_up(*, target: Target, rule: int, reason: str, by: User, now: datetime) -> Decision:
    """Hide something that nobody has reported: the case is opened and decided at once. Raises ModerationError."""
    subject = _held(target)
    case = _open_case(target) or _new_case(target, subject, Case.Source.OFFICE, now)
    return decide(case_id=case.pk, outcome=Decision.Outcome.HIDE, rule=rule, reason=reason, by=by, now=now)


def decided(case: Case, *, outcome: str, reason: str, by: User, now: datetime, rule: int | None = None) -> Decision:
    """Carry out a decision about a locked case and keep it. Raises ModerationError."""
    if not reason.strip():
        raise ModerationError(_("Give a reason: it stands in public beside the decision."))
    hides = outcome == Decision.Outcome.HIDE
    words = queries.code_of(case.place).rule(rule) if hides else None
    if hides and words is None:
        raise ModerationError(_("Choose the rule of the code of conduct that it breaks."))
    decision = Decision.objects.create(
        case=case, number=case.decisions.count() + 1, outcome=outcome, rule=rule if hides else None,
        rule_text=words or {}, reason=reason.strip()[:300], by=by, at=now,
    )  # fmt: skip
    target = showing.target_of(case)
    if hides and not target.can_be_hidden:
        raise ModerationError(_("This cannot be hidden here. Its own page has the decisions that are possible."))
    closing = {"keep": Case.Outcome.KEPT, "hide": Case.Outcome.HIDDEN, "restore": Case.Outcome.RESTORED}[outcome]
    if outcome == Decision.Outcome.KEEP and case.source == Case.Source.SIGNALS:
        showing.release(target, now=now)
    case.outcome, case.closed_at = closing, now
    case.save(update_fields=["outcome", "closed_at"])
    showing.carry_out(target, decision, now=now)
    showing.tell_about(case, decision, target, now=now)
    return decision


def hold(
    *, found: Assessment, now: datetime, comment: Comment | None = None, amendment: Amendment | None = None
) -> Case:
    """Open a case for a text that its signals hold. Inside the transaction that writes it."""
    own = comment or amendment
    signals = [{"key": one.key, "value": one.value, "points": one.points} for one in found.signals]
    place = Subject.objects.select_related("place").get(pk=own.subject_id).place  # type: ignore[union-attr]
    case, _new = Case.objects.get_or_create(
        subject_id=own.subject_id, comment=comment, amendment=amendment, outcome=Case.Outcome.OPEN,  # type: ignore[union-attr]
        defaults={"place": place, "author_id": own.author_id, "source": Case.Source.SIGNALS, "opened_at": now},  # type: ignore[union-attr]
    )  # fmt: skip
    case.signals, case.source = signals, Case.Source.SIGNALS
    case.save(update_fields=["signals", "source"])
    return case


def close_gone(*, comment: Comment, now: datetime) -> None:
    """Its writer took it back: there is nothing left to decide."""
    open_cases = Case.objects.filter(comment=comment, outcome=Case.Outcome.OPEN)
    open_cases.update(outcome=Case.Outcome.GONE, closed_at=now)


def locked_case(case_id: int) -> Case:
    """A case with all it is about, its subject locked first. Raises Case.DoesNotExist."""
    subject_id = Case.objects.values_list("subject_id", flat=True).get(pk=case_id)
    lock(subject_id)
    rows = Case.objects.select_for_update(no_key=True, of=("self",))
    loaded = rows.select_related("comment__author", "comment__parent", "amendment__author", "place__parent", "appeal")
    return loaded.get(pk=case_id)


def _held(target: Target) -> Subject:
    lock(target.card.subject_id)
    return Subject.objects.select_related("place__parent").get(pk=target.card.subject_id)


def _fits(case: Case, outcome: str) -> bool:
    """Open cases are kept or hidden; what was hidden may be shown again."""
    if case.is_open:
        return outcome in (Decision.Outcome.KEEP, Decision.Outcome.HIDE)
    return case.outcome == Case.Outcome.HIDDEN and outcome == Decision.Outcome.RESTORE


def _open_case(target: Target) -> Case | None:
    return _cases(target).filter(outcome=Case.Outcome.OPEN).first()


def _cases(target: Target):  # noqa: ANN202
    return Case.objects.filter(subject_id=target.card.subject_id, comment=target.comment, amendment=target.amendment)


def _new_case(target: Target, subject: Subject, source: str, now: datetime) -> Case:
    if source == Case.Source.REPORTS and (last := _settled(target, now)):
        raise AlreadySettledError(
            _("This was reported before and examined on %(day)s. It was kept: %(reason)s")
            % {"day": last.at.date().isoformat(), "reason": last.reason}
        )
    return Case.objects.create(
        subject=subject, comment=target.comment, amendment=target.amendment, place=subject.place,
        author_id=target.author_id, source=source, opened_at=now,
    )  # fmt: skip


def _settled(target: Target, now: datetime) -> Decision | None:
    """The last decision that kept these very words, not long ago."""
    last = Decision.objects.filter(case__in=_cases(target), at__gt=now - SETTLED).order_by("-at").first()
    if last is None or last.outcome == Decision.Outcome.HIDE:
        return None
    return None if target.changed_at and target.changed_at > last.at else last
