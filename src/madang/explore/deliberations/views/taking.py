"""Taking a statement to the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.explore.deliberations.forms_maps import TakingForm
from madang.explore.deliberations.models import Taken
from madang.explore.deliberations.operations import taking as operations
from madang.explore.deliberations.queries import showing, takeable
from madang.explore.deliberations.views.frame import editable, inside, page
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.explore.deliberations.models import Deliberation

EDIT_ITEM = "agenda.edit"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def taking(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The form, and what follows from it."""
    deliberation = editable(request, pk)
    drawn = showing.current(deliberation)
    line = showing.shown(drawn).lines.get(number) if drawn else None
    if drawn is None or line is None:
        raise Http404(_("There is no such statement on the map."))
    items = takeable.items(deliberation, request.user)
    form = TakingForm(request.POST or None, items=items, initial=_first(deliberation, request))
    if request.method == "POST" and form.is_valid():
        require(request.user, EDIT_ITEM, form.cleaned_data["item"])
        try:
            row = operations.take(
                line=line, drawn=drawn, by=request.user, now=timezone.now(),  # type: ignore[arg-type]
                **form.cleaned_data,
            )  # fmt: skip
        except operations.TakingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The statement is evidence of the agenda item now, and its voters were told."))
            return redirect(row.item)
    context = {
        "deliberation": deliberation, "line": line, "form": form,
        "crumbs": inside(deliberation, _("Take to the agenda")),
    }  # fmt: skip
    return page(request, "deliberations/taking.html", context, status=422 if form.errors else 200)


def _first(deliberation: Deliberation, request: HttpRequest) -> dict[str, object]:
    why = request.GET.get("why", "")
    return {"item": deliberation.item_id, "why": why if why in Taken.Why.values else Taken.Why.CONSENSUS}
