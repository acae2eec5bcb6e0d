"""Making and revoking tokens of the API. Their list is a section of one's own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madang.ground.people.forms_tokens import TokenForm
from madang.ground.people.models import ApiToken
from madang.ground.people.permissions import actor
from madang.ground.people.tokens import operations

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.ground.people.tokens.operations import Made

HOME = "/me/tokens/"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is shown on this page and never again."""
    form = TokenForm(request.POST or None, user=actor(request.user))
    made = _made(request, form) if request.method == "POST" and form.is_valid() else None
    context = {"form": form, "made": made, "home": HOME, "crumbs": _crumbs(), "base": request.build_absolute_uri("/")}
    status = 201 if made else 422 if form.errors else 200
    return render(request, "people/tokens/new.html", context, status=status)


def _made(request: HttpRequest, form: TokenForm) -> Made | None:
    data = form.cleaned_data
    try:
        return operations.make_token(
            by=actor(request.user),
            name=data["name"],
            scopes=data["scopes"],
            lifetime=form.lifetime(),
            now=timezone.now(),
        )
    except operations.TokenRefusedError as refused:
        form.add_error(None, str(refused))
        return None


@require_POST
@login_required
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    try:
        operations.revoke_token(by=actor(request.user), token_id=pk, now=timezone.now())
    except ApiToken.DoesNotExist as missing:
        raise Http404(_("There is no such token.")) from missing
    messages.success(request, _("The token is revoked. Programs that used it are refused from now on."))
    return redirect(HOME)


def _crumbs() -> list[dict[str, str]]:
    trail = [(_("My page"), reverse("participation:me")), (_("API tokens"), HOME), (_("Make a token"), "")]
    return [{"label": label, "url": url} for label, url in trail]
