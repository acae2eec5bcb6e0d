"""Two people at the same moment, on two connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from madang.ground.record.models import Entry
from madang.plan.routing import operations
from madang.plan.routing.models import Assignment
from tests.factories import UserFactory
from tests.plan.routing_world import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads that start together; each gives its result or its RoutingError."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            return call()
        except operations.RoutingError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def refusals(results):
    return [one for one in results if isinstance(one, operations.RoutingError)]


@pytest.mark.parametrize("_again", range(5))
def test_two_officers_assign_at_once_and_one_assignment_is_in_force(committed_world, _again):
    world = committed_world
    item, other = world.item(), UserFactory()

    def ask(office, by):
        return lambda: operations.assign(item=item, office=office, reason="소관입니다.", by=by, now=NOW)

    results = at_once(ask(world.bus, world.officer), ask(world.care, other), ask(world.library, other))
    assert len(refusals(results)) == 2
    assert Assignment.objects.filter(item=item, status="pending").count() == 1
    assert Entry.objects.filter(subject=item.subject, kind="assigned").count() == 1


@pytest.mark.parametrize("_again", range(5))
def test_two_staff_answer_at_once_and_one_answer_stands(committed_world, _again):
    world = committed_world
    item = world.item()
    made = world.asked(item)
    one, other = UserFactory(), UserFactory()
    results = at_once(
        lambda: operations.answer(assignment=made, accept=True, reason="", by=one, now=NOW),
        lambda: operations.answer(assignment=made, accept=False, reason="아닙니다.", by=other, now=NOW),
    )
    assert len(refusals(results)) == 1
    item.refresh_from_db()
    made.refresh_from_db()
    assert item.owner == (world.bus if made.status == "accepted" else None)
    assert Entry.objects.filter(subject=item.subject, kind__in=["accepted", "handed_back"]).count() == 1


def test_an_answer_and_a_replacement_at_once_do_not_wait_for_each_other(committed_world):
    world = committed_world
    item = world.item()
    made = world.asked(item)
    Assignment.objects.filter(pk=made.pk).update(escalated_at=NOW)
    results = at_once(
        lambda: operations.answer(assignment=made, accept=True, reason="", by=world.officer, now=NOW),
        lambda: operations.assign(item=item, office=world.care, reason="응답이 없습니다.", by=world.officer, now=NOW),
    )
    assert len(refusals(results)) == 1
    assert Assignment.objects.filter(item=item, status__in=["pending", "accepted"]).count() == 1


def test_two_jobs_escalate_once(committed_world):
    world = committed_world
    made = world.asked()
    counted = at_once(*[lambda: operations.escalate_overdue(now=made.escalates_at)] * 3)
    assert sum(counted) == 1
    assert Entry.objects.filter(kind="escalated").count() == 1
