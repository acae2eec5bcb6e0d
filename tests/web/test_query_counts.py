"""No page costs more than a dozen queries, and none costs more with a thousand rows than with ten."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import (
    Answer,
    DuplicateGroup,
    Evidence,
    GroupMember,
    Proposal,
    Revision,
    Theme,
    ThemeMember,
    ThemeRun,
)
from madang.ground.agenda.models import AgendaItem, CoOwner, Criterion, Partnership, Referral, Score
from madang.ground.footing import jobs
from madang.ground.footing.models import Discarded
from madang.ground.participation.delivery import tokens
from madang.ground.participation.models import (
    Amendment,
    Appeal,
    Case,
    Comment,
    CommentVersion,
    Decision,
    Follow,
    Mute,
    Notice,
    Report,
    Subject,
    Support,
    Watch,
    Webhook,
    WebhookDelivery,
)
from madang.ground.participation.operations import issue_calendar_key
from madang.ground.participation.search import index
from madang.ground.people.models import ApiToken, Role, User
from madang.ground.record.models import Entry
from madang.ground.record.operations import checkpoint
from madang.plan.routing.models import Assignment, Suggestion
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    many_proposals,
    suwon,
)
from tests.web import budgets_world, deliberations_world, measures_world, orgs_world
from tests.web.test_access import MATRIX

pytestmark = pytest.mark.django_db
MOST = 12
FEW, MANY = 10, 1000
NOW = timezone.now()
# Each page with what it lists most of; the rest comes from the matrix of addresses.
PAGES = {
    name: (arguments, "")
    for name, (arguments, on_get, *_) in MATRIX.items()
    if "o" in on_get and not name.startswith("account_")
} | {
    "proposals:list by supports": ((), "?order=supported"),
    "proposals:list by due date": ((), "?order=due&place=41110&field=jobs"),
    "proposals:list of a search": ((), "?q=버스+정류장"),
    "proposals:list of a search by date": ((), "?q=버스+정류장&order=newest"),
    "proposals:list of a theme": ((), "?theme={theme}"),
    "proposals:similar to a text": ((), "?title=버스+정류장+그늘"),
    "proposals:edit of an open one": (("open",), ""),
    "deliberations:list of a place": ((), "?place=41&state=open"),
    "deliberations:moderation of those shown": (("deliberation",), "?status=shown"),
    "deliberations:similar to a text": (("deliberation",), "?text=정류장+그늘막이+필요하다"),
    "deliberations:new on an item": ((), "?item={item}"),
    "participation:section of deliberations": (("deliberations",), ""),
    "places:detail of a province": (("41",), ""),
    "places:map by items": ((), "?measure=agenda"),
    "participation:section of supports": (("supports",), ""),
    "participation:section of what one follows": (("following",), ""),
    "search:search of everything": ((), "?q=버스+정류장&place=41"),
    "search:search of one kind": ((), "?q=의제&kind=agenda"),
    "feeds:list of agenda items": (("agenda", "atom"), "?place=41110&stage=explore"),
    "feeds:list of proposals": (("proposal_feed", "rss"), "?place=41&field=jobs&q=버스+정류장"),
    "feeds:list of themes": (("themes", "atom"), ""),
    "feeds:calendar of assignments": (("assignments",), "?place=41"),
    "feeds:calendar of referrals": (("referrals",), ""),
    "participation:section of tokens": (("tokens",), ""),
    "participation:section of webhooks": (("webhooks",), ""),
    "desk:inbox of answers due": ((), "?tab=due"),
    "desk:promotion of a theme": ((), "?theme={theme}"),
    "desk:promotion of a group": ((), "?group={group}"),
    "desk:evidence of voices": ((), "?voices={proposal}"),
    "themes:list growing": ((), "?order=growing"),
    "record:list of an office": ((), "?place=41110&kind=answered&since=2020-01-01"),
    "record:range of entries": ((), "?first=0&last=5"),
    "record:range_json of entries": ((), "?first=0&last=5"),
    "record:consistency of two": ((), "?old={checkpoint}&new={checkpoint}"),
    "record:consistency_json of two": ((), "?old={checkpoint}&new={checkpoint}"),
    "participation:section of roles": (("roles",), ""),
    "administration:overview of a province": (("41",), ""),
    "organizations:list filtered": ((), "?q=골목&kind=ngo&place=41110"),
    "talk:page": (("item_subject",), ""),
    "measures:list of a place": ((), "?place=41&status=planned"),
    "feeds:calendar of steps": (("steps",), "?place=41"),
    "talk:amendment_new": (("foreign",), ""),
    "talk:comment_hiding": (("comment",), ""),
    "talk:comment_blocking": (("comment",), ""),
    "talk:decision": (("appealed",), ""),
    "talk:case of others": (("appealed",), ""),
    "talk:people of a name": (("proposal",), "?q=주민"),
    "talk:queue of appeals": ((), "?tab=appeals"),
    "talk:queue of decided ones": ((), "?tab=closed"),
    "participation:section of cases": (("cases",), ""),
    "proposals:detail by helpfulness": (("proposal",), "?order=helpful"),
    "proposals:detail of a thread": (("proposal",), "?thread={comment}"),
    "budgets:projects filtered": (("budget",), "?q=사업&pot={pot}&status=idea&order=dear"),
    "budgets:comparison of four": (("budget",), "?number=1&number=2&number=3&number=4"),
}  # fmt: skip


@pytest.fixture(scope="module")
def counts(django_db_setup, django_db_blocker):
    """Queries of each page: {page: [with few rows, with many]}."""
    with django_db_blocker.unblock(), transaction.atomic():
        things = _ground()
        client, found = Client(), {}
        client.force_login(things["user"], "django.contrib.auth.backends.ModelBackend")
        for size in (FEW, MANY):
            _grow(things, size)
            for page, (arguments, more) in PAGES.items():
                path = reverse(page.partition(" ")[0], args=[things.get(one, one) for one in arguments])
                found.setdefault(page, []).append(_count(client, path + more.format(**things)))
        yield found
        transaction.set_rollback(True)


def _ground() -> dict[str, object]:
    """Somebody with every role, and one thing of each kind, on which `_grow` hangs the rest."""
    place, user = suwon(), UserFactory(home=suwon(), is_staff=True)
    office = OfficeFactory(place=place)
    for fields in (
        {"kind": "officer", "place": gyeonggi()},
        {"kind": "staff", "office": office},
        {"kind": "platform_admin"},
    ):
        Role.objects.create(user=user, **fields)
    run = ThemeRun.objects.create(
        place=gyeonggi(), engine_version="t", seed=1, input_digest="0" * 64, voices=2, unassigned=0, computed_at=NOW
    )
    item = AgendaItemFactory(place=place, created_by=user)
    suggestion = Suggestion.objects.create(
        item=item, verdict="one", office=office, named=[office.pk], engine_version="t", input_digest="0" * 64, made_at=NOW,
        candidates=[{"office": office.pk, "score": 1.0, "confidence": 0.9, "reasons": []}], n_offices=1,
    )  # fmt: skip
    return {
        "user": user,
        "person": user.pk,
        "place": place,
        "office": office,
        "run": run,
        "item": item.pk,
        "suggestion": suggestion,
        "calendar": issue_calendar_key(by=user, now=NOW),
        "proposal_feed": "proposal",
        "size": 0,
    }


def _grow(things, size) -> None:
    """Up to `size` rows of everything that any page lists."""
    user, place, office, n = things["user"], things["place"], things["office"], size - things["size"]
    start, things["size"] = things["size"], size
    voices = many_proposals(n, place=place, author=user, now=NOW - timedelta(minutes=start))
    Proposal.objects.filter(pk__in=[one.pk for one in voices]).update(
        title="버스 정류장 그늘", body="버스 정류장에 그늘을", excerpt="그늘"
    )
    Proposal.objects.filter(pk__in=[one.pk for one in voices[::2]]).update(
        threshold_met_at=NOW, answer_due_at=NOW, support_count=60, field="jobs"
    )
    index.mark_waiting([one.pk for one in voices[:60]])
    index.index_waiting()
    items = AgendaItem.objects.bulk_create(
        AgendaItemFactory.build(place=place, title=f"의제 {start + i}", owner=office, created_by=user) for i in range(n)
    )
    things.setdefault("proposal", voices[0].pk)
    things.setdefault("open", voices[1].pk)
    Proposal.objects.filter(pk=things["proposal"]).update(edited_at=NOW, answered_at=NOW)
    _groups_and_themes(things, voices, start)
    _around(things, voices, items, start)
    orgs_world.grow(things, n, start, NOW)
    budgets_world.grow(things, n, start, NOW)
    deliberations_world.grow(things, n, start, NOW)
    measures_world.grow(things, n, start, NOW)
    _programs(things, n, start)
    # What autovacuum does on a site: without it the planner takes a thousand rows in this transaction for none, and
    # one list of assignments was seen to take minutes.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _groups_and_themes(things, voices, start) -> None:
    place = things["place"]
    groups = DuplicateGroup.objects.bulk_create(
        DuplicateGroup(place=place, found_at=NOW, engine_version="t", size=2) for _ in voices
    )
    themes = Theme.objects.bulk_create(
        Theme(run=things["run"], label=["그늘", f"{start + i}"], size=2, cohesion=0.5, monthly=[1] * 12)
        for i in range(len(voices))
    )
    things.setdefault("group", groups[0].pk)
    things.setdefault("theme", themes[0].pk)
    pairs = [(things["group"], voice) for voice in voices[: 60 if start else 10]]
    pairs += [(group.pk, voice) for group, voice in zip(groups[1:], voices[1:], strict=True)]
    GroupMember.objects.bulk_create(GroupMember(group_id=group, proposal=voice, score=0.9) for group, voice in pairs)
    ThemeMember.objects.bulk_create(
        ThemeMember(theme_id=things["theme"], proposal=voice, rank=start + i) for i, voice in enumerate(voices)
    )
    ThemeMember.objects.bulk_create(
        ThemeMember(theme=theme, proposal=voice, rank=i) for i, voice in enumerate(voices) for theme in themes[1:4]
    )


def _around(things, voices, items, start) -> None:
    """Evidence, comments, supports, notices, the record, scores, assignments, versions and answers."""
    user, place, office, first = things["user"], things["place"], things["office"], things["proposal"]
    people = User.objects.bulk_create(
        User(email=f"p{start + i}@example.org", display_name=f"주민 {i}", password="!") for i in range(len(voices))
    )
    Evidence.objects.bulk_create(
        Evidence(item_id=things["item"], proposal=one, added_by=user, added_at=NOW) for one in voices
    )
    AgendaItem.objects.filter(pk=things["item"]).update(voice_count=start + len(voices))
    Support.objects.bulk_create(Support(subject_id=one.pk, user=user, created_at=NOW) for one in voices)
    heads = Comment.objects.bulk_create(
        Comment(subject_id=first, author=one, body="찬성합니다.", created_at=NOW) for one in people
    )
    Comment.objects.bulk_create(
        Comment(subject_id=first, author=user, body="답", created_at=NOW, parent=one) for one in heads
    )
    things.setdefault("comment", heads[0].pk)
    _work(things, start, len(voices))
    Subject.objects.filter(pk=first).update(comment_count=2 * (start + len(voices)))
    _talk(things, people, heads)
    notices = Notice.objects.bulk_create(
        Notice(
            user=user,
            kind="answered",
            text={"message": "알림"},
            url="/",
            key=f"k{start + i}",
            created_at=NOW,
            subject_id=voice.pk,
        )
        for i, voice in enumerate(voices)
    )
    Follow.objects.bulk_create(Follow(subject_id=one.pk, user=user, created_at=NOW) for one in voices)
    Mute.objects.bulk_create(Mute(subject_id=one.pk, user=user, created_at=NOW) for one in voices)
    Watch.objects.bulk_create(
        Watch(user=user, words=f"말{start + i}", terms=["말"], place=place, created_at=NOW)
        for i in range(len(voices[:50]))
    )
    things.setdefault("watch", Watch.objects.first().pk)
    things.setdefault("stop", tokens.token(user, "rhythm:daily"))
    things.setdefault("notice", notices[0].pk)
    things.setdefault("person", user.pk)
    subjects = [key for one in voices for key in (f"agenda:{things['item']}", one.record_key)]
    Entry.objects.bulk_create(
        Entry(
            kind=Entry.Kind.ANSWERED,
            subject=one,
            place=place,
            office=office,
            actor=user,
            at=NOW,
            reason="회신하였습니다.",
        )
        for one in subjects
    )
    _signed(things)
    _judged(things, people, items)
    Revision.objects.bulk_create(
        Revision(proposal_id=first, number=start + i + 1, title="전", body="전 본문", edited_by=user, replaced_at=NOW)
        for i in range(len(voices))
    )
    Answer.objects.bulk_create(
        Answer(proposal_id=first, office=office, author=user, body="답변", answered_at=NOW) for _ in voices[:20]
    )


def _work(things, start, n) -> None:
    """Long work under way, failed for good, and discarded."""
    for i in range(n):
        started = jobs.start(
            task="tests.counts", key=f"counts:{start + i}", label="Work", by_id=things["user"].pk, now=NOW
        )
        things.setdefault("progress", started.progress.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id % 2 = 0 AND status = 'todo'")
    Discarded.objects.bulk_create(
        Discarded(job_id=-start - i - 1, task="t", reason="불필요", by_id=things["user"].pk, at=NOW) for i in range(n)
    )


def _between(things, people) -> None:
    """Places that were asked and declined, referrals that were sent back, items that went into one, and its parts."""
    place, item = things["place"], things["item"]
    said = {"reason": "까닭", "answered_at": NOW, "answer": "사정"}
    Partnership.objects.bulk_create(
        Partnership(item_id=item, place=gyeonggi(), status="declined", invited_at=NOW, **said) for _ in people
    )
    Referral.objects.bulk_create(
        Referral(
            item_id=item, origin=place, target=gyeonggi(), status="sent_back", asked_at=NOW - timedelta(days=1), due_at=NOW,
            **said,
        )
        for _ in people
    )  # fmt: skip
    CoOwner.objects.bulk_create(
        CoOwner(item_id=item, office=one, reason="까닭", added_at=NOW)
        for one in OfficeFactory.create_batch(3, place=place)
    )


def _signed(things) -> None:
    """Everything recorded so far in the log, signed several times."""
    for _ in range(3 if things["size"] == FEW else 60):
        done = checkpoint(now=NOW)
    things.setdefault("entry", Entry.objects.order_by("-id").first().pk)
    things.setdefault("checkpoint", done.pk)
    things.setdefault("witness", 1)


def _talk(things, people, heads) -> None:
    """Replies in one thread, talk on an item, versions, suggestions, cases with reports and decisions, an appeal."""
    user, place, first = things["user"], things["place"], things["proposal"]
    subject = Subject.objects.get(item_id=things["item"])
    things.setdefault("item_subject", subject.pk)
    Comment.objects.bulk_create(
        Comment(subject_id=pk, author=one, body="그렇습니다.", created_at=NOW, parent=parent)
        for one in people
        for pk, parent in ((subject.pk, None), (first, heads[0]))
    )
    Subject.objects.filter(pk=subject.pk).update(comment_count=things["size"])
    if "remark" not in things:
        things["remark"] = Comment.objects.create(subject_id=first, author=user, body="제 말", created_at=NOW).pk
        things["foreign"] = ProposalFactory(place=place).pk
    CommentVersion.objects.bulk_create(
        CommentVersion(comment_id=things["remark"], number=things["size"] - n, body="전", replaced_at=NOW)
        for n in range(len(people))
    )
    made = Amendment.objects.bulk_create(
        Amendment(
            subject_id=first, author=one, base_title="전", base_body="전 본문", title="후", body="본문", reason="까닭",
            created_at=NOW,
        )
        for one in people
    )  # fmt: skip
    things.setdefault("amendment", made[0].pk)
    _cases(things, people, heads, user, place)


def _cases(things, people, heads, user, place) -> None:
    shared = {
        "subject_id": things["proposal"],
        "place": place,
        "source": "reports",
        "report_count": 2,
        "opened_at": NOW,
    }
    waiting = Case.objects.bulk_create(Case(comment=one, author=one.author, **shared) for one in heads)
    mine = Comment.objects.bulk_create(
        Comment(subject_id=things["proposal"], author=user, body="제 말", created_at=NOW) for _ in heads
    )
    decided = Case.objects.bulk_create(
        Case(comment=one, author=one.author, outcome="hidden", closed_at=NOW, **shared) for one in [*mine, *heads]
    )
    Report.objects.bulk_create(
        Report(case=one, reporter=by, category="insult", created_at=NOW)
        for one in [*waiting, *decided[-len(heads) :]]
        for by in people[:2]
    )
    judge = people[1]
    decisions = Decision.objects.bulk_create(
        Decision(case=one, number=1, outcome="hide", rule=1, reason="욕설", by=judge, at=NOW) for one in decided
    )
    appealed = decisions[-len(heads) :]
    Appeal.objects.bulk_create(
        Appeal(case=one.case, decision=one, first_by=judge, text="다시", made_by=one.case.author, made_at=NOW)
        for one in appealed
    )
    things.setdefault("case", decided[0].pk)
    things.setdefault("appealed", appealed[0].case_id)


def _judged(things, people, items) -> None:
    _between(things, people)
    user, office = things["user"], things["office"]
    criterion = Criterion.objects.filter(place=None).first()
    Score.objects.bulk_create(
        Score(item_id=things["item"], criterion=criterion, rater=one, value=3, note="까닭", scored_at=NOW)
        for one in people
    )
    words = {
        "reason": "소관입니다.",
        "assigned_by": user,
        "assigned_at": NOW,
        "due_at": NOW,
        "escalates_at": NOW,
        "follows_suggestion": True,
    }
    Assignment.objects.bulk_create(Assignment(item=one, office=office, **words) for one in items[::2])
    Assignment.objects.bulk_create(
        Assignment(item_id=things["item"], office=office, status="replaced", suggestion=things["suggestion"], **words)
        for _ in people[:30]
    )


def _programs(things, n, start) -> None:
    """Tokens, and webhooks with what was sent to one of them."""
    user, place = things["user"], things["place"]
    ApiToken.objects.bulk_create(
        ApiToken(
            user=user, name=f"t{start + i}", prefix="mdg_", digest=f"{start + i}", scopes=["read"], created_at=NOW,
            expires_at=NOW + timedelta(days=9),
        )
        for i in range(n)
    )  # fmt: skip
    fields = {"user": user, "place": place, "url": "https://example.org", "secret": "s", "created_at": NOW}
    # The other rows of this world tell nobody: what is written to webhooks is not what is counted here.
    off = {"disabled_at": NOW, "disabled_reason": "x"}
    made = Webhook.objects.bulk_create(Webhook(name=f"w{start + i}", **fields, **off) for i in range(n))
    things.setdefault("webhook", made[0].pk)
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook_id=things["webhook"], message=uuid.uuid4(), kind="ping", created_at=NOW, next_at=NOW)
        for _ in range(n)
    )


def _count(client, path) -> int:
    """Queries of a page, savepoints left out; what it changes is undone."""
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        response = client.get(path)
        assert response.status_code in (200, 302), (path, response.status_code)
        transaction.set_rollback(True)
    return sum("SAVEPOINT" not in one["sql"] for one in captured.captured_queries)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_a_dozen_queries_however_much_it_lists(counts, page):
    few, many = counts[page]
    assert many <= MOST, f"{many} queries"
    assert many == few, f"{few} queries with {FEW} rows, {many} with {MANY}"
