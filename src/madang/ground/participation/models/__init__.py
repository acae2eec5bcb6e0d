"""What people can do with anything on the thread: support it, comment on it, follow it, find it.

Each thing that takes part has one Subject row; supports, comments, follows and the search document hang on that
row by ordinary foreign keys, so that no list ever asks a generic relation per row.
"""

from madang.ground.participation.models.amendments import Amendment, AmendmentSupport
from madang.ground.participation.models.comments import Block, Comment, CommentSupport, CommentVersion, Mention
from madang.ground.participation.models.delivery import Channel, Delivery, Device, Digest, Fanout, State, Suppression
from madang.ground.participation.models.feeds import CalendarKey
from madang.ground.participation.models.following import Watch
from madang.ground.participation.models.moderation import Acceptance, Appeal, Case, Conduct, Decision, Report
from madang.ground.participation.models.notices import Choice, Mute, Notice, NoticeSettings, Reason, Rhythm
from madang.ground.participation.models.search import LOOSE, Posting, PostingPart, SearchDocument, TermFrequency
from madang.ground.participation.models.subjects import Follow, Subject, Support
from madang.ground.participation.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "LOOSE",
    "Acceptance",
    "Amendment",
    "AmendmentSupport",
    "Appeal",
    "Block",
    "CalendarKey",
    "Case",
    "Channel",
    "Choice",
    "Comment",
    "CommentSupport",
    "CommentVersion",
    "Conduct",
    "Decision",
    "Delivery",
    "Device",
    "Digest",
    "Fanout",
    "Follow",
    "Mention",
    "Mute",
    "Notice",
    "NoticeSettings",
    "Posting",
    "PostingPart",
    "Reason",
    "Report",
    "Rhythm",
    "SearchDocument",
    "State",
    "Subject",
    "Support",
    "Suppression",
    "TermFrequency",
    "Watch",
    "Webhook",
    "WebhookDelivery",
]
