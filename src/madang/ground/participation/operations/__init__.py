"""Writing supports, comments, follows and notices. Counters move under the subject's row lock."""

from madang.ground.participation.operations.comments import (
    COMMENT_LENGTH,
    COMMENTS_PER_MINUTE,
    Commented,
    CommentRefusedError,
    TooManyError,
    comment,
    hide_comment,
)
from madang.ground.participation.operations.following import follow, support, take_back_support, unfollow
from madang.ground.participation.operations.notices import mark_read, open_notice, tell
from madang.ground.participation.operations.subjects import Counted, add_subject, lock, one_at_a_time

__all__ = [
    "COMMENTS_PER_MINUTE",
    "COMMENT_LENGTH",
    "CommentRefusedError",
    "Commented",
    "Counted",
    "TooManyError",
    "add_subject",
    "comment",
    "follow",
    "hide_comment",
    "lock",
    "mark_read",
    "one_at_a_time",
    "open_notice",
    "support",
    "take_back_support",
    "tell",
    "unfollow",
]
