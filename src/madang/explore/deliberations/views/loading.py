"""Loading a conversation that was held on Polis, from an officer's browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.explore.deliberations.forms_maps import LoadForm
from madang.explore.deliberations.importing.polis import BadFileError
from madang.explore.deliberations.operations import uploading
from madang.explore.deliberations.permissions import OPEN
from madang.explore.deliberations.views.frame import crumbs, page
from madang.ground.people.permissions import actor, edited, require
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; the files are checked at once and loaded in the background."""
    by = actor(request.user)
    places = edited(by, Place.objects.filter(valid_to=None).defer("boundary")).order_by("code")
    require(by, OPEN, places.first())
    form = LoadForm(request.POST or None, request.FILES or None, places=places)
    if request.method == "POST" and form.is_valid():
        cleaned = dict(form.cleaned_data)
        files = {f"{name}.csv": file.read() for name in ("votes", "comments", "summary") if (file := cleaned.pop(name))}
        try:
            started = uploading.upload(files=files, by=by, now=timezone.now(), **cleaned)
        except BadFileError as error:
            form.add_error(error.name.removesuffix(".csv"), str(error))
        except uploading.LoadedBeforeError as error:
            return HttpResponseRedirect(error.url)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(started.page)
    trail = crumbs((_("Load a conversation"), ""))
    context = {"form": form, "crumbs": trail, "list_url": reverse("deliberations:list")}
    return page(request, "deliberations/load.html", context, status=422 if form.errors else 200)
