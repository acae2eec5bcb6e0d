"""A person's webhooks: made, tried, looked into, renewed, switched and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.footing.outbound import RefusedAddressError
from madang.ground.participation.forms_webhooks import WebhookForm
from madang.ground.participation.models import Webhook, WebhookDelivery
from madang.ground.participation.webhooks import operations, queries
from madang.ground.people.permissions import actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

HOME = "/me/webhooks/"


def _crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    top = [(_("My page"), reverse("participation:me")), (_("Webhooks"), HOME)]
    return [{"label": label, "url": url} for label, url in [*top, *trail]]


def _own(request: HttpRequest, pk: int) -> Webhook:
    try:
        return queries.webhook(actor(request.user), pk)
    except Webhook.DoesNotExist as missing:
        raise Http404(_("There is no such webhook.")) from missing


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Subscribe an address; its secret is shown on this page and never again."""
    form, kept = WebhookForm(request.POST or None, user=actor(request.user)), None
    if request.method == "POST" and form.is_valid():
        try:
            kept = operations.make_webhook(by=actor(request.user), **form.cleaned_data, now=timezone.now())
        except (operations.WebhookRefusedError, RefusedAddressError) as refused:
            form.add_error(None, str(refused))
    if kept:
        return _secret(request, kept, status=201)
    context = {"form": form, "home": HOME, "crumbs": _crumbs((_("New webhook"), ""))}
    return render(request, "participation/webhooks/new.html", context, status=422 if form.errors else 200)


def _secret(request: HttpRequest, kept: operations.Kept, *, status: int = 200) -> HttpResponse:
    trail = _crumbs((kept.webhook.name, reverse("webhooks:detail", args=[kept.webhook.pk])), (_("Secret"), ""))
    return render(request, "participation/webhooks/secret.html", {"kept": kept, "crumbs": trail}, status=status)


@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A webhook and what was sent to it."""
    webhook = _own(request, pk)
    found = queries.deliveries(webhook, after=request.GET.get("after", ""))
    context = {"webhook": webhook, "found": found, "crumbs": _crumbs((webhook.name, ""))}
    return render(request, "participation/webhooks/detail.html", context)


def _carried_out(request: HttpRequest, pk: int, act: Callable[[], object], done: str) -> HttpResponse:
    """Do what a button asks of one's own webhook, say so, and return to its page."""
    _own(request, pk)
    try:
        act()
    except operations.WebhookRefusedError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("webhooks:detail", pk)


@require_POST
@login_required
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message that tells of nothing."""
    ping = lambda: operations.ping(webhook_id=pk, by=actor(request.user), now=timezone.now())  # noqa: E731
    return _carried_out(request, pk, ping, _("A test is on its way. Look again in a minute."))


@require_POST
@login_required
@never_cache
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    _own(request, pk)
    return _secret(request, operations.renew_secret(webhook_id=pk, by=actor(request.user), now=timezone.now()))


@require_POST
@login_required
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch on (POST: on=1) or off."""
    on = request.POST.get("on") == "1"
    switch = lambda: operations.switch(webhook_id=pk, by=actor(request.user), on=on, now=timezone.now())  # noqa: E731
    return _carried_out(
        request, pk, switch, _("The webhook is switched on.") if on else _("The webhook is switched off.")
    )


@require_POST
@login_required
def redelivery(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """Try a message again."""
    try:
        found = queries.delivery(actor(request.user), pk, delivery_pk)
    except WebhookDelivery.DoesNotExist as missing:
        raise Http404(_("There is no such message.")) from missing
    again = lambda: operations.redeliver(delivery_id=found.pk, by=actor(request.user), now=timezone.now())  # noqa: E731
    return _carried_out(request, pk, again, _("The message is tried again within a minute."))


@require_POST
@login_required
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """End the subscription."""
    _own(request, pk)
    operations.remove_webhook(webhook_id=pk, by=actor(request.user))
    messages.success(request, _("The webhook is removed. Its address is told nothing any more."))
    return redirect(HOME)
