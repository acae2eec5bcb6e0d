"""What every log line of a request or a job carries, so that lines can be gathered: its number, never who or what."""

from __future__ import annotations

import contextlib
import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")


@contextlib.contextmanager
def bound(*, request: str = "", job: str = "") -> Iterator[None]:
    """Name the request, and the job, on whose behalf this block runs."""
    tokens = request_id.set(request), job_id.set(job)
    try:
        yield
    finally:
        request_id.reset(tokens[0])
        job_id.reset(tokens[1])


class Bound(logging.Filter):
    """Adds request_id and job_id to every record; replaces the path of a failed request by the name of its address.

    A path may hold what is nobody's business: the key of a password reset, an e-mail in a search.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id, record.job_id = request_id.get(), job_id.get()
        request = getattr(record, "request", None)
        if request is not None:
            route, path = route_of(request), getattr(request, "path", None)
            if isinstance(record.args, tuple) and path:
                record.args = tuple(route if one == path else one for one in record.args)
            record.__dict__["route"] = route
            del record.__dict__["request"]
        return True


def route_of(request: object) -> str:
    """The name of a request's address ("proposals:detail"), else "-"."""
    match = getattr(request, "resolver_match", None)
    return getattr(match, "view_name", "") or "-"
