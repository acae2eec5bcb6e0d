"""The numbers of rooms that have none of their own: the queue, the record, the index."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_noop

from madang.ground.footing.gauges import Gauge, register
from madang.ground.footing.jobs import survey
from madang.ground.footing.jobs.schedule import describe

# Tasks whose rooms have not named them for the schedule.
NAMES = {
    "madang.record.sequence": gettext_noop("Place new entries in the public record"),
    "madang.record.checkpoint": gettext_noop("Sign the public record"),
    "madang.agenda.escalate_referrals": gettext_noop("Escalate referrals without an answer"),
    "madang.ground.people.tasks.erase_due": gettext_noop("Erase the accounts whose time has come"),
    "madang.ground.people.tasks.sweep": gettext_noop("Forget sign-ins and downloads that have expired"),
    "madang.ground.people.tasks.forget_answers": gettext_noop("Forget the kept answers of the API"),
    "madang.places.count_figures": gettext_noop("Count the figures of places"),
    "madang.people.remind_of_expiry": gettext_noop("Remind people of roles that end"),
}

LAST_HOUR = """
SELECT job.task_name, extract(epoch FROM avg(ended.at - began.at))
FROM procrastinate_events ended JOIN procrastinate_jobs job ON job.id = ended.job_id
JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events e WHERE e.job_id = job.id AND e.type = 'started') began
  ON true
WHERE ended.type = 'succeeded' AND ended.at > %s - interval '1 hour' AND began.at IS NOT NULL
GROUP BY job.task_name ORDER BY count(*) DESC LIMIT 100
"""


def waiting() -> dict[str, float]:
    return {queue.name: queue.waiting for queue in survey.queues(now=timezone.now())}


def oldest() -> dict[str, float]:
    return {queue.name: queue.oldest for queue in survey.queues(now=timezone.now())}


def states() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        return dict(cursor.fetchall())


def seconds() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_HOUR, [timezone.now()])
        return {task: float(mean) for task, mean in cursor.fetchall()}


def workers() -> float:
    return sum(worker.alive for worker in survey.workers(now=timezone.now()))


def record_size() -> float:
    from madang.ground.record.queries.log import tree_size

    return tree_size()


def record_waiting() -> float:
    from madang.ground.record.models import Waiting

    return Waiting.objects.count()


def checkpoint_age() -> float:
    from madang.ground.record.queries.log import latest_checkpoint

    last = latest_checkpoint()
    return (timezone.now() - last.at).total_seconds() if last else -1


def index_waiting() -> float:
    from madang.ground.participation.search import index

    return index.waiting()


def deliveries() -> dict[str, float]:
    """The outbox by state; what was sent is told only as long as its row is kept."""
    from madang.ground.participation.models.delivery import Delivery

    return dict(Delivery.objects.order_by("state").values_list("state").annotate(Count("pk")))


def plug() -> None:
    """Register them all, and name the tasks that have no name."""
    for gauge in (
        Gauge("madang_jobs", "Jobs by state; those that ended well are forgotten after a week.", states, "state"),
        Gauge("madang_jobs_waiting", "Jobs that are due and have not begun.", waiting, "queue"),
        Gauge("madang_jobs_oldest_seconds", "How long the oldest of them has waited.", oldest, "queue"),
        Gauge("madang_job_seconds", "Mean time of jobs that ended well in the last hour.", seconds, "task"),
        Gauge("madang_workers", "Workers that gave a sign of life in the last 30 seconds.", workers),
        Gauge("madang_record_entries", "Entries of the public record that have their place.", record_size),
        Gauge("madang_record_waiting", "Entries that have no place yet.", record_waiting),
        Gauge("madang_record_checkpoint_seconds", "Age of the last checkpoint; -1: none.", checkpoint_age),
        Gauge("madang_deliveries", "Mails and push notices by state.", deliveries, "state"),
        Gauge("madang_search_waiting", "Texts that wait to be indexed.", index_waiting),
    ):
        register(gauge)
    for task, label in NAMES.items():
        describe(task, label)
