"""Reading the public record."""

from madang.ground.record.queries.entries import chosen, entries_of, latest

__all__ = ["chosen", "entries_of", "latest"]
