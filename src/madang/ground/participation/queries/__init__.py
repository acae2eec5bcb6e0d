"""Reading comments, notices, and how a person takes part."""

from madang.ground.participation.queries.comments import THREADS, Comments, Thread, comment_place, comments_of
from madang.ground.participation.queries.notices import Told, notices_of, unread_count

__all__ = ["THREADS", "Comments", "Thread", "Told", "comment_place", "comments_of", "notices_of", "unread_count"]
