"""Background jobs of participation: the search index. Each is a call; what it does may be interrupted and repeated."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.ground.footing.jobs.schedule import describe
from madang.ground.participation.search import index

describe(index.TASK, _("Index what was written"))
describe("madang.search.keep", _("Tidy the search index"))


@app.periodic(cron="*/5 * * * *")
@app.task(name=index.TASK, lock=index.TASK, queueing_lock=index.TASK)
def index_waiting(timestamp: int | None = None) -> None:
    """Read what waits. Also every five minutes, so that nothing is left behind by a worker that died."""
    del timestamp
    index.index_waiting()


@app.periodic(cron="17 3 * * *")
@app.task(name="madang.search.keep", lock=index.TASK)
def keep_index(timestamp: int | None = None) -> None:
    """Every night: settle what is loose, leave dead chunks behind, count words anew."""
    del timestamp
    index.keep()
