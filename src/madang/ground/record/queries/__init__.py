"""Reading the public record."""

from madang.ground.record.queries.entries import entries_of, latest

__all__ = ["entries_of", "latest"]
