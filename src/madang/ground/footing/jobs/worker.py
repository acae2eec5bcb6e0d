"""The process that runs jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from madang.ground.footing.jobs import recovery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from procrastinate.connector import BaseConnector

# How long a running job may go on after the worker was asked to stop, in seconds; then it goes back to the queue.
GRACE = 20.0


class WorkerConnector(PsycopgConnector):
    """Fetches jobs on connections of its own; what a job itself queues goes through Django's, in its transaction."""

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector(alias="default")


def work(
    *,
    concurrency: int = 1,
    queues: Sequence[str] = (),
    wait: bool = True,
    grace: float = GRACE,
    heartbeat: timedelta = recovery.HEARTBEAT,
) -> None:
    """Run jobs until a signal, or until none is left (wait=False); first take up what dead workers left.

    A signal lets running jobs finish within `grace` seconds; what reports progress goes back to the queue then, what
    does not is taken up by another worker after this one is killed.
    """
    recovery.recover(now=timezone.now(), heartbeat=heartbeat)
    connector = WorkerConnector(kwargs=connector_params("default"), min_size=1, max_size=concurrency + 3)
    with app.replace_connector(connector):
        app.run_worker(
            queues=list(queues) or None,
            concurrency=concurrency,
            wait=wait,
            shutdown_graceful_timeout=grace,
            update_heartbeat_interval=heartbeat.total_seconds() / 3,
            stalled_worker_timeout=heartbeat.total_seconds(),
        )
