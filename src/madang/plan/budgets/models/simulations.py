"""What rules would have given on ballots of the past: an aid before the rule is fixed, never a result."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models import User
from madang.plan.budgets.models.budgets import Budget


class Simulation(models.Model):
    """One run of the simulator for a budget in preparation.

    rules: [{rule, utility, completion, …}] as compared, the budget's own first. result: null until it is computed,
    then {voters, projects, budget, rules: [{label, winners, …}], names}. text: the .pb of an uploaded file.
    """

    class Basis(models.TextChoices):
        EARLIER = "earlier", _("An earlier budget")
        FILE = "file", _("A file")
        GENERATED = "generated", _("Ballots drawn by chance")

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="simulations")
    basis = models.CharField(max_length=10, choices=Basis)
    earlier = models.ForeignKey(Budget, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, help_text="of the ballots on which it was run")
    text = models.TextField(blank=True)
    rules = models.JSONField()
    seed = models.BigIntegerField(default=0)
    result = models.JSONField(null=True)
    trouble = models.CharField(max_length=500, blank=True)
    engine_version = models.CharField(max_length=20, blank=True)
    input_digest = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=["budget", "-made_at", "-id"], name="simulation_latest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(computed_at=None, result=None) | Q(computed_at__isnull=False, result__isnull=False),
                name="simulation_computed_with_result",
            ),
            models.CheckConstraint(condition=~Q(basis="file") | ~Q(text=""), name="simulation_of_a_file_keeps_it"),
        )

    def __str__(self) -> str:
        return f"{self.name} for {self.budget_id}"
