"""Reading comments, notices, what somebody follows, and how a person takes part."""

from madang.ground.participation.queries.comments import THREADS, Comments, Thread, comment_place, comments_of
from madang.ground.participation.queries.notices import Filter, Told, notices_of, told, unread_count

__all__ = [
    "THREADS",
    "Comments",
    "Filter",
    "Thread",
    "Told",
    "comment_place",
    "comments_of",
    "notices_of",
    "told",
    "unread_count",
]
