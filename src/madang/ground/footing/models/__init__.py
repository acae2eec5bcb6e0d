"""What belongs to no room and every room: limits on how fast somebody writes, and how far jobs are."""

from madang.ground.footing.models.jobs import Discarded, Fault, Progress
from madang.ground.footing.models.limits import Bucket

__all__ = ["Bucket", "Discarded", "Fault", "Progress"]
