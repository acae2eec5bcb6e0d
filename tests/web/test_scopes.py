"""One answer for one thing and for many: `scope` finds exactly the rows for which `can` holds, for everybody, everywhere.

The world is generated: two provinces with two municipalities each, offices, things of every author and status, and
people of every kind of role at every place; expired ones, ended ones, one who was locked out, and a visitor.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from madang.explore.deliberations.models import Deliberation
from madang.explore.proposals.models import Proposal
from madang.ground.agenda.models import AgendaItem, Partnership
from madang.ground.participation.models import Amendment, Appeal, Case, Comment, Decision, Report, Subject, Webhook
from madang.ground.people.models import Membership, Organization, Role, User, VerificationRequest
from madang.ground.people.permissions import can, scope, scoped_permissions
from madang.ground.places.models import Office, Place
from madang.plan.budgets.models import Budget, Project, Screening
from madang.plan.measures.models import Measure
from madang.plan.routing.models import Assignment
from tests.factories import (
    AgendaItemFactory,
    AmendmentFactory,
    CommentFactory,
    DeliberationFactory,
    MeasureFactory,
    OfficeFactory,
    ProposalFactory,
    UserFactory,
)
from tests.web import budgets_world

pytestmark = pytest.mark.django_db
# The rows on which each scoped permission is asked.
ROWS = {
    "agenda.edit": AgendaItem,
    "agenda.note": AgendaItem,
    "agenda.score": AgendaItem,
    "deliberations.edit": Deliberation,
    "deliberations.open": Place,
    "deliberations.read": Deliberation,
    "budgets.appeal": Screening,
    "budgets.count": Budget,
    "budgets.decide_paper": Budget,
    "budgets.direct_project": Project,
    "budgets.edit_project": Project,
    "budgets.enter_paper": Budget,
    "budgets.propose": Budget,
    "budgets.read_project": Project,
    "budgets.screen": Screening,
    "budgets.see": Budget,
    "budgets.set_up": Budget,
    "desk.answer": Proposal,
    "desk.decide": Proposal,
    "organizations.edit": Organization,
    "organizations.lead": Organization,
    "organizations.members": Organization,
    "organizations.verify": VerificationRequest,
    "participation.appeal": Case,
    "participation.decide_appeal": Case,
    "participation.decide_case": Case,
    "participation.edit_comment": Comment,
    "participation.hide_comment": Subject,
    "participation.keep_webhook": Webhook,
    "participation.moderate": Place,
    "participation.report": Subject,
    "participation.see_case": Case,
    "participation.support_comment": Comment,
    "participation.take_part": Subject,
    "participation.withdraw_amendment": Amendment,
    "places.administer": Place,
    "plan_measures.carry_out": Measure,
    "plan_measures.start": AgendaItem,
    "plan_routing.answer": Assignment,
    "plan_routing.assign": AgendaItem,
    "plan_routing.watch": Assignment,
    "proposals.comment": Proposal,
    "proposals.edit": Proposal,
    "proposals.follow": Proposal,
    "proposals.read_text": Proposal,
    "proposals.support": Proposal,
    "proposals.withdraw": Proposal,
    "roles.end": Role,
}
# The same permission asked of other rows too.
ALSO = [("agenda.edit", Subject), ("desk.decide", Place)]


def _place(code, parent=None):
    level = "municipality" if parent else "province"
    found, _made = Place.objects.get_or_create(
        code=code, defaults={"level": level, "parent": parent, "name_ko": f"{code}시", "name_en": f"P{code}"}
    )
    return found


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Everybody, once for all questions; undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        chance, now = random.Random(20261124), timezone.now()
        provinces = [_place("97"), _place("98")]
        places = provinces + [_place(f"{one.code}1{n}0", one) for one in provinces for n in (1, 2)]
        offices = [OfficeFactory(place=one) for one in places for _ in range(2)]
        people = [AnonymousUser(), UserFactory(), *_with_roles(places, offices, now)]
        members = [one for one in people if isinstance(one, User)]
        organizations = _organizations(places, members, chance, now)
        _things(places, offices, members, organizations, chance, now)
        yield people
        transaction.set_rollback(True)


def _with_roles(places, offices, now):
    """One person for each kind of role at each place and office; some with two; some no longer in force."""
    kinds = [Role.Kind.OFFICER, Role.Kind.MUNICIPAL_ADMIN, Role.Kind.EXPERT]
    grounds = [{"kind": kind, "place": place} for kind in kinds for place in places]
    grounds += [{"kind": "staff", "office": office} for office in offices]
    grounds += [{"kind": "officer", "office": offices[5]}, {"kind": "platform_admin"}]
    for ground in grounds:
        user = UserFactory()
        Role.objects.create(user=user, **ground)
        yield user
    for off in ({"expires_at": now - timedelta(hours=1)}, {"starts_at": now + timedelta(days=1)}):
        user = UserFactory()
        Role.objects.create(user=user, kind="officer", place=places[0], **off)
        yield user
    locked_out = UserFactory()
    Role.objects.create(user=locked_out, kind="officer", place=places[0])
    User.objects.filter(pk=locked_out.pk).update(is_active=False)
    locked_out.refresh_from_db()
    yield locked_out
    both = UserFactory()
    Role.objects.create(user=both, kind="officer", place=places[2])
    Role.objects.create(user=both, kind="staff", office=offices[-1])
    yield both


def _organizations(places, members, chance, now):
    found = []
    for n, place in enumerate(places):
        one = Organization.objects.create(
            kind="ngo",
            name_ko=f"모임 {n}",
            home=place,
            created_at=now,
            updated_at=now,
            closed_at=now if n == 5 else None,
        )
        chosen = chance.sample(members, 4)
        ranks = [
            ("representative", True, None),
            ("manager", True, None),
            ("member", True, None),
            ("member", False, now),
        ]
        for user, (rank, represents, ended) in zip(chosen, ranks, strict=True):
            Membership.objects.create(
                organization=one, user=user, rank=rank, represents=represents, joined_at=now, ended_at=ended
            )
        found.append(one)
    return found


def _things(places, offices, members, organizations, chance, now):
    statuses = ["open", "answered", "hidden", "withdrawn"]
    for n, place in enumerate(places):
        item = AgendaItemFactory(place=place)
        other = places[(n + 2) % len(places)]
        if other.pk not in {place.pk, place.parent_id} and other.parent_id != place.pk:
            status = "accepted" if n % 2 else "invited"
            answered = {"answered_at": now, "answered_by": members[0]} if status == "accepted" else {}
            Partnership.objects.create(
                item=item, place=other, status=status, reason="함께", invited_by=members[0], invited_at=now, **answered
            )
        for status in statuses:
            proposal = ProposalFactory(place=place, author=chance.choice(members))
            Proposal.objects.filter(pk=proposal.pk).update(status=status)
        for state in ({}, {"draft": True}, {"announced": True}, {"closed": True}, {"status": "hidden"}):
            DeliberationFactory(place=place, **state)
        _assign(item, chance.choice(offices), members[0], now)
        MeasureFactory(place=place, office=chance.choice([None, *offices]))
        VerificationRequest.objects.create(
            organization=organizations[n], place=place, asked_by=members[0], asked_at=now
        )
        _webhooks(members, organizations[n], chance, now)
        _talk(proposal, members, chance, now)
        budgets_world.for_scopes(place, offices, members, chance, now)


def _assign(item, office, by, now):
    words = {"reason": "소관입니다.", "assigned_by": by, "assigned_at": now, "due_at": now, "escalates_at": now}
    Assignment.objects.create(item=item, office=office, follows_suggestion=False, **words)


def _talk(proposal, members, chance, now):
    """A suggestion, and a comment whose hiding was appealed against, by whoever and decided by whoever."""
    author, judge, reporter = chance.sample(members, 3)
    AmendmentFactory(proposal=proposal, author=reporter)
    comment = CommentFactory(subject=proposal.subject, author=author)
    case = Case.objects.create(
        subject=proposal.subject, comment=comment, place=proposal.place, author=author, source="reports", opened_at=now
    )
    Report.objects.create(case=case, reporter=reporter, category="spam", created_at=now)
    decision = Decision.objects.create(case=case, number=1, outcome="hide", rule=1, reason="r", by=judge, at=now)
    Appeal.objects.create(case=case, decision=decision, first_by=judge, text="t", made_by=author, made_at=now)


def _webhooks(members, organization, chance, now):
    fields = {"name": "n", "url": "https://example.org", "secret": "s", "created_at": now}
    Webhook.objects.create(user=chance.choice(members), **fields)
    Webhook.objects.create(user=chance.choice(members), organization=organization, **fields)


def test_every_scoped_permission_is_asked_here():
    assert set(scoped_permissions()) == set(ROWS), "Say on which rows the new permission is asked."


@pytest.mark.parametrize(("permission", "model"), [*ROWS.items(), *ALSO], ids=lambda one: getattr(one, "__name__", one))
def test_scope_and_can_say_the_same(world, permission, model):
    everything = list(model._default_manager.all())
    assert everything, "a world without these rows proves nothing"
    allowed = 0
    for user in world:
        one_by_one = {row.pk for row in everything if can(user, permission, row)}
        in_the_database = set(scope(user, permission, model._default_manager.all()).values_list("pk", flat=True))
        assert in_the_database == one_by_one, (user, getattr(user, "pk", None))
        allowed += len(one_by_one)
    assert 0 < allowed < len(everything) * len(world), "somebody may, and not everybody may everything"


def test_an_unknown_permission_opens_nothing(world):
    assert not can(world[-1], "nobody.knows") and not scope(world[-1], "nobody.knows", Office.objects.all())
