"""Prometheus metrics: requests as they pass, the rest read from the database when somebody asks.

`madang serve` names a folder in PROMETHEUS_MULTIPROC_DIR, through which the web processes add up what they counted.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily

from madang.ground.footing.gauges import GAUGES, Gauge

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("madang.metrics")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LABELS = ("route", "method", "status")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
QUERIES = (0, 1, 2, 4, 6, 8, 10, 12, 16, 24, 48)

requests = Histogram("madang_request_seconds", "Time of a request.", LABELS, buckets=SECONDS)
queries = Histogram("madang_request_queries", "Database queries of a request.", ("route",), buckets=QUERIES)
sql = Counter("madang_sql_seconds", "Time in the database.", ("route",))


def observe(route: str, method: str, status: int, seconds: float, asked: int, sql_seconds: float) -> None:
    """Count one request. Every label has few values: names of addresses, known methods, classes of status."""
    known = method if method in METHODS else "OTHER"
    requests.labels(route, known, f"{status // 100}xx").observe(seconds)
    queries.labels(route).observe(asked)
    sql.labels(route).inc(sql_seconds)


class FromDatabase:
    """The registered gauges; one that fails is left out and counted, so that the others are still told."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        failed = 0
        for gauge in GAUGES:
            try:
                yield _family(gauge)
            except Exception:
                failed += 1
                log.exception("The gauge %s cannot be read.", gauge.key)
        yield GaugeMetricFamily("madang_gauges_failed", "Numbers that could not be read.", failed)


def _family(gauge: Gauge) -> GaugeMetricFamily:
    found = gauge.read()
    if not isinstance(found, Mapping):
        return GaugeMetricFamily(gauge.key, gauge.help, float(found))
    family = GaugeMetricFamily(gauge.key, gauge.help, labels=[gauge.label])
    for value, number in found.items():
        family.add_metric([value], float(number))
    return family


def render() -> tuple[bytes, str]:
    """Everything as Prometheus reads it, with its content type."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.MultiProcessCollector(registry)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
    registry.register(FromDatabase())
    text = generate_latest(registry)
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        text = generate_latest(REGISTRY) + text
    return text, CONTENT_TYPE_LATEST
