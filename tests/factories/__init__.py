"""Rows for tests, as plain as they can be and valid under every constraint of the database."""

from tests.factories.agenda import AgendaItemFactory
from tests.factories.budgets import BudgetFactory, PotFactory, ProjectFactory, set_phase, voting_budget
from tests.factories.deliberations import DeliberationFactory, ParticipantFactory, StatementFactory
from tests.factories.measures import MeasureFactory
from tests.factories.organizations import OrganizationFactory, member_of, organization_of
from tests.factories.people import UserFactory, admin_of, officer_at, platform_admin, staff_of
from tests.factories.places import OfficeFactory, PlaceFactory, gyeonggi, suwon
from tests.factories.voices import AmendmentFactory, CommentFactory, ProposalFactory, many_proposals

__all__ = [
    "AgendaItemFactory",
    "AmendmentFactory",
    "BudgetFactory",
    "CommentFactory",
    "DeliberationFactory",
    "MeasureFactory",
    "OfficeFactory",
    "OrganizationFactory",
    "ParticipantFactory",
    "PlaceFactory",
    "PotFactory",
    "ProjectFactory",
    "ProposalFactory",
    "StatementFactory",
    "UserFactory",
    "admin_of",
    "gyeonggi",
    "many_proposals",
    "member_of",
    "officer_at",
    "organization_of",
    "platform_admin",
    "set_phase",
    "staff_of",
    "suwon",
    "voting_budget",
]
