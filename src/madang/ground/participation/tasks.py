"""Background jobs of participation: the search index, notices and their delivery.

Each is a call; what it does may be interrupted and repeated.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.ground.footing import jobs
from madang.ground.footing.jobs.schedule import describe
from madang.ground.participation import operations
from madang.ground.participation.delivery import digests, outbox, sending
from madang.ground.participation.operations.telling import DELIVERY_TASK, FANOUT_TASK, forget_fanouts
from madang.ground.participation.search import index
from madang.ground.participation.webhooks import sending as webhooks

# So many texts take long enough that operators should see how far it is.
SHOWN = 500
ANNOUNCE_TASK = "madang.notices.announce"
DIGEST_TASK = "madang.notices.digests"

describe(index.TASK, _("Index what was written"))
describe("madang.search.keep", _("Tidy the search index"))
describe(FANOUT_TASK, _("Tell many people of one event"))
describe(webhooks.TASK, _("Tell the webhooks"))
describe("madang.webhooks.forget", _("Forget what was told to webhooks a month ago"))
describe(ANNOUNCE_TASK, _("Tell of what is new"))
describe(DELIVERY_TASK, _("Send mails and push notices"))
describe(DIGEST_TASK, _("Gather the mails of the day and the week"))


@app.periodic(cron="*/5 * * * *")
@app.task(name=index.TASK, lock=index.TASK, queueing_lock=index.TASK)
def index_waiting(timestamp: int | None = None) -> None:
    """Read what waits. Also every five minutes, so that nothing is left behind by a worker that died."""
    del timestamp
    total = index.waiting()
    if total < SHOWN:
        index.index_waiting()
        return
    with jobs.tracked(key=index.TASK, label=_("Index what was written"), now=timezone.now()) as job:
        index.index_waiting(progress=lambda done: job.advance(done, max(total, done)))


@app.periodic(cron="17 3 * * *")
@app.task(name="madang.search.keep", lock=index.TASK)
def keep_index(timestamp: int | None = None) -> None:
    """Every night: settle what is loose, leave dead chunks behind, count words anew."""
    del timestamp
    index.keep()


@app.periodic(cron="*/2 * * * *")
@app.task(name=FANOUT_TASK, queueing_lock=FANOUT_TASK)
def fan_out(timestamp: int | None = None) -> None:
    """Tell the many followers of what happened. Also every two minutes, for what a dead worker left behind."""
    del timestamp
    operations.fan_out(now=timezone.now())
    forget_fanouts(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name=ANNOUNCE_TASK, queueing_lock=ANNOUNCE_TASK)
def announce_new(timestamp: int | None = None) -> None:
    """Tell those who watch of what is new, every minute."""
    del timestamp
    operations.announce_new(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name=DELIVERY_TASK, queueing_lock=DELIVERY_TASK, lock=DELIVERY_TASK)
def deliver(timestamp: int | None = None) -> None:
    """Send what is due. Also every minute, for what was put off and what a dead worker left behind."""
    del timestamp
    sending.deliver()


@app.periodic(cron="*/5 * * * *")
@app.task(name=DIGEST_TASK, queueing_lock=DIGEST_TASK)
def gather_digests(timestamp: int | None = None) -> None:
    """Make the digests that are due; from 07:30 on there are some, and a late worker makes up for it."""
    del timestamp
    digests.gather(now=timezone.now())
    outbox.sweep(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name=webhooks.TASK, queueing_lock=webhooks.TASK)
def deliver_webhooks(timestamp: int | None = None) -> None:
    """Send what waits for the addresses of others, every minute."""
    del timestamp
    webhooks.deliver_due(clock=timezone.now)


@app.periodic(cron="41 3 * * *")
@app.task(name="madang.webhooks.forget")
def forget_webhooks(timestamp: int | None = None) -> None:
    """Every night: forget what was sent a month ago."""
    del timestamp
    webhooks.forget_settled(now=timezone.now())
