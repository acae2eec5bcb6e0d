"""Measures: what is done, with which money, by when, and how far it is."""

from madang.plan.measures.models.measures import Measure, Milestone, Photo, Spending

__all__ = ["Measure", "Milestone", "Photo", "Spending"]
