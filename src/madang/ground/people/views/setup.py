"""Setting a government up from a workbook: the template, a trial run with a report, carrying it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.people.authority import SET_UP
from madang.ground.people.models import GovernmentSetup
from madang.ground.people.operations import setup as operations
from madang.ground.people.permissions import actor, require
from madang.ground.people.setup.columns import headers
from madang.ground.people.setup.workbook import MOST_BYTES, BadWorkbookError
from madang.ground.people.setup.workbook import template as workbook_template

if TYPE_CHECKING:
    from django.http import HttpRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(forms.Form):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"] = forms.FileField(
            label=_("Workbook"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
            help_text=_("An Excel file made from the template, at most 5 MB."),
        )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What was uploaded so far, and a new workbook: nothing is written before its report was seen."""
    require(request.user, SET_UP)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            kept = operations.keep_workbook(
                name=file.name, content=file.read(MOST_BYTES + 1), by=actor(request.user), now=timezone.now()
            )
        except BadWorkbookError as problem:
            form.add_error("file", _(problem.message) % problem.params)
        else:
            return redirect("setup:detail", kept.pk)
    rows = GovernmentSetup.objects.select_related("uploaded_by").defer("content", "report")[:20]
    context = {"form": form, "setups": rows, "crumbs": [{"label": _("Set up a government"), "url": ""}]}
    return render(request, "people/setup/index.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook, with headers in the reader's language."""
    require(request.user, SET_UP)
    korean = (get_language() or "ko").startswith("ko")
    response = HttpResponse(workbook_template(korean=korean), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="madang-government.xlsx"'
    return response


def _setup(request: HttpRequest, pk: int) -> GovernmentSetup:
    require(request.user, SET_UP)
    found = GovernmentSetup.objects.select_related("uploaded_by", "applied_by").defer("content").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the workbook would do or did, and each row that it cannot."""
    setup = _setup(request, pk)
    korean = (get_language() or "ko").startswith("ko")
    problems = [_problem(one, korean=korean) for one in setup.report.get("problems", [])[:500]]
    crumbs = [{"label": _("Set up a government"), "url": reverse("setup:index")}, {"label": setup.name, "url": ""}]
    counts = setup.report.get("counts", {})
    context = {
        "setup": setup,
        "problems": problems,
        "counts": counts,
        "done": setup.report.get("done"),
        "crumbs": crumbs,
    }
    return render(request, "people/setup/detail.html", {**context, "anything": any(counts.values())})


def _problem(one: dict[str, Any], *, korean: bool) -> dict[str, Any]:
    sheet, column = headers(one["sheet"], one["column"], korean=korean)
    return {"sheet": sheet, "row": one["row"], "column": column, "text": _(one["message"]) % one["params"]}


@login_required
@require_POST
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry it out, in the background."""
    setup = _setup(request, pk)
    if setup.applied_at:
        messages.error(request, _("This workbook was carried out already."))
        return redirect("setup:detail", pk)
    started = operations.start_setup(setup=setup, by=actor(request.user), now=timezone.now())
    return redirect(started.page)
