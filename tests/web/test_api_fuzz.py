"""Whatever is sent to the API, it answers as its own document says, and never with a failure of ours.

schemathesis makes requests from the document, fitting and unfitting ones; they are sent by a visitor, a citizen, an
office and an officer in turn, most of them with ids of things that exist. Everything is undone after each.
"""

from __future__ import annotations

import itertools
from contextlib import suppress

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.test_access import world  # noqa: F401
from tests.web.test_access_api import OPERATIONS, QUERY, ROWS, filled, tokens  # noqa: F401

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
ROLES = ("anonymous", "citizen", "author", "staff", "officer", "admin")
UNLIMITED = dict.fromkeys(("anonymous", "read", "write"), (10000000, 60))


@pytest.fixture(scope="module")
def schema(world, django_db_blocker):  # noqa: F811
    load_all_checks()
    # A request would close the connection on which the world stands, as the test client keeps it from doing.
    signals = (request_started, request_finished)
    [one.disconnect(close_old_connections) for one in signals]
    with django_db_blocker.unblock():
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    [one.connect(close_old_connections) for one in signals]


def ask(schema, world, tokens, name, examples, mode):  # noqa: F811
    """Send so many generated requests to one operation."""
    method, path, _scope = OPERATIONS[name]
    arguments = {key: value if key == "kind" else filled(value, world.things) for key, value in ROWS[name][1].items()}
    turn, roles = itertools.count(), itertools.cycle(ROLES)

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode))
    def send(case):
        if next(turn) % 4 and case.path_parameters:
            case.path_parameters.update(arguments)
        role = next(roles)
        headers = {"Authorization": f"Bearer {tokens[role]}"} if role in tokens else {}
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)

    # An operation that takes nothing cannot be asked wrongly.
    with override_settings(API_LIMITS=UNLIMITED), suppress(Unsatisfiable):
        send()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_keeps_its_word(schema, world, tokens, name):  # noqa: F811
    ask(schema, world, tokens, name, 6, GenerationMode.POSITIVE)
    ask(schema, world, tokens, name, 3, GenerationMode.NEGATIVE)


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_keeps_its_word_for_long(schema, world, tokens, name, mode):  # noqa: F811
    ask(schema, world, tokens, name, 150, mode)
