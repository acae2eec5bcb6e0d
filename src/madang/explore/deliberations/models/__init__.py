"""Deliberations: short statements, votes on them, and the maps computed from the votes."""

from madang.explore.deliberations.models.deliberations import Deliberation, Statement
from madang.explore.deliberations.models.maps import Load, Map, Replay, Taken
from madang.explore.deliberations.models.votes import Cast, Participant, Vote

__all__ = ["Cast", "Deliberation", "Load", "Map", "Participant", "Replay", "Statement", "Taken", "Vote"]
