"""Write lanes: small writes by the thousand a second, durable, each counted once.

A page costs milliseconds of middleware (session, user, CSRF, language), and a transaction of its own costs a write to
the disk. A lane spares both: a request to `POST /lanes/<key>` is answered in front of Django, and what arrived while
the last transaction was written goes to the disk together in the next one (group commit). An answer is sent after the
commit, never before.

An app registers a lane in its `ready()`:

    lanes.register(Lane("votes", read=read, write=voting.cast, reply=reply))

- `read(payload, now)` turns the decoded JSON body into rows. It proves who asks by a ticket
  (`madang.ground.footing.tickets`) that the app's page has issued, and touches no database. Raises LaneError.
- `write(rows)` is the app's operation, the same that its form calls: it opens one transaction, asks every rule, and
  returns one outcome for each row, in order. Rows come from many people, a person's own in the order in which they
  were sent. A row that a rule refuses has an outcome that says so; it raises nothing, so its neighbors are written.
  It must be safe to call again with the same rows (a unique client key, ON CONFLICT DO NOTHING): after a broken
  connection it is, and so will the browser. Take locks in one order (sorted ids), and no two lanes can deadlock.
- `reply(outcomes)` is the JSON of the answer.

Where a row breaks the whole statement (a foreign key that went meanwhile), the batch is halved until the bad request
stands alone and fails alone. Where more waits than the queue holds, the answer is 503 with Retry-After. Both say
nothing about whether the rows were written: send them again under the same keys.
"""

from madang.ground.footing.lanes.answering import Reply, answer, direct
from madang.ground.footing.lanes.committing import BusyError, Committer, NotWrittenError
from madang.ground.footing.lanes.registry import Lane, LaneError, find, register, registered

__all__ = [
    "BusyError",
    "Committer",
    "Lane",
    "LaneError",
    "NotWrittenError",
    "Reply",
    "answer",
    "direct",
    "find",
    "register",
    "registered",
]
