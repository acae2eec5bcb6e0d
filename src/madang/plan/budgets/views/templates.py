"""The templates that a place keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.footing.requests import method_of
from madang.ground.people.permissions import actor, require
from madang.plan.budgets import forms
from madang.plan.budgets.models import Template
from madang.plan.budgets.operations import setup
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.outlines import BUILT_IN, of_template
from madang.plan.budgets.queries import setup as offered
from madang.plan.budgets.views.frame import crumbs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The built-in outlines and the templates of one's places."""
    if not offered.places_of(request.user):
        raise PermissionDenied(_("Your role does not allow this here."))
    kept = [(one, of_template(one)) for one in offered.templates_of(request.user)]
    context = {"built_in": BUILT_IN, "kept": kept, "crumbs": crumbs(None, (_("Templates"), ""))}
    return render(request, "budgets/setup/templates.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a template, set the lengths of its phases, or forget it."""
    template = get_object_or_404(Template.objects.select_related("place"), pk=pk, place__isnull=False)
    require(request.user, "budgets.set_up", template.place)
    if method_of(request) == "DELETE":
        setup.remove_template(template=template, by=actor(request.user))
        return redirect("budgets:templates")
    data = request.POST if request.method == "POST" else None
    form = forms.StepsForm(data, steps=of_template(template).steps, initial={"name": template.name})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                name, steps = form.cleaned_data["name"], form.steps
                setup.change_template(template=template, name=name, steps=steps, by=actor(request.user))
                messages.success(request, _("Saved."))
                return redirect("budgets:templates")
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    trail = ((_("Templates"), reverse("budgets:templates")), (template.name, ""))
    context = {"template": template, "form": form, "crumbs": crumbs(None, *trail)}
    return render(request, "budgets/setup/template.html", context, status=status)
