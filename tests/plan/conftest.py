"""Fixtures of the plan stage."""

from tests.plan.routing_world import committed_world, world

__all__ = ["committed_world", "world"]
