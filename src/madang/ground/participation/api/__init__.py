"""Participation in the API: things of any kind, and webhooks."""

from madang.ground.footing.rest import gather
from madang.ground.participation.api import things, webhooks

router = gather([things.router, webhooks.router])
