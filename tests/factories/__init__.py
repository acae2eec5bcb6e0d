"""Rows for tests, as plain as they can be and valid under every constraint of the database."""

from tests.factories.agenda import AgendaItemFactory
from tests.factories.people import UserFactory, admin_of, officer_at, platform_admin, staff_of
from tests.factories.places import OfficeFactory, PlaceFactory, gyeonggi, suwon
from tests.factories.voices import CommentFactory, ProposalFactory, many_proposals

__all__ = [
    "AgendaItemFactory",
    "CommentFactory",
    "OfficeFactory",
    "PlaceFactory",
    "ProposalFactory",
    "UserFactory",
    "admin_of",
    "gyeonggi",
    "many_proposals",
    "officer_at",
    "platform_admin",
    "staff_of",
    "suwon",
]
