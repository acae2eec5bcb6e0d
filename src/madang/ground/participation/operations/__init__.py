"""Writing supports, comments, follows and notices. Counters move under the subject's row lock."""

from madang.ground.participation.operations.calendar_keys import issue_calendar_key, revoke_calendar_key
from madang.ground.participation.operations.comments import (
    COMMENT_LENGTH,
    COMMENTS_PER_MINUTE,
    Commented,
    CommentRefusedError,
    TooManyError,
    comment,
    hide_comment,
)
from madang.ground.participation.operations.following import (
    NotFollowableError,
    follow,
    mute,
    support,
    take_back_support,
    unfollow,
    unmute,
)
from madang.ground.participation.operations.notices import mark_one_read, mark_read, open_notice
from madang.ground.participation.operations.subjects import Counted, add_subject, lock, one_at_a_time
from madang.ground.participation.operations.telling import fan_out, tell, tell_around
from madang.ground.participation.operations.watching import (
    Wanted,
    WatchRefusedError,
    announce_new,
    unwatch,
    watch,
    watchers_of,
)
from madang.ground.participation.operations.wishes import (
    Wishes,
    WishRefusedError,
    add_device,
    lift_suppression,
    remove_device,
    set_wishes,
    stop_mail,
    suppress,
)

__all__ = [
    "COMMENTS_PER_MINUTE",
    "COMMENT_LENGTH",
    "CommentRefusedError",
    "Commented",
    "Counted",
    "NotFollowableError",
    "TooManyError",
    "Wanted",
    "WatchRefusedError",
    "WishRefusedError",
    "Wishes",
    "add_device",
    "add_subject",
    "announce_new",
    "comment",
    "fan_out",
    "follow",
    "hide_comment",
    "issue_calendar_key",
    "lift_suppression",
    "lock",
    "mark_one_read",
    "mark_read",
    "mute",
    "one_at_a_time",
    "open_notice",
    "remove_device",
    "revoke_calendar_key",
    "set_wishes",
    "stop_mail",
    "support",
    "suppress",
    "take_back_support",
    "tell",
    "tell_around",
    "unfollow",
    "unmute",
    "unwatch",
    "watch",
    "watchers_of",
]
