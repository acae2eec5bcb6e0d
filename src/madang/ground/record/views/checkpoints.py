"""Checkpoints, keys and witnesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.footing.limits import Limit, take
from madang.ground.people.permissions import can, require
from madang.ground.record import operations
from madang.ground.record.forms import CosignatureForm, WitnessForm
from madang.ground.record.models import Checkpoint, LogKey, Witness
from madang.ground.record.permissions import CHECKPOINT, WITNESS
from madang.ground.record.queries import browsing, proving
from madang.ground.record.views.parts import address, checklist, crumbs, turning

if TYPE_CHECKING:
    from django.http import HttpRequest

# All hands together: a cosignature is checked against every witness's key.
COSIGNATURES = Limit(60, 60)


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every checkpoint, newest first; officers may sign at once."""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        require(request.user, CHECKPOINT)
        return _sign(request)
    found = browsing.checkpoints_page(after=request.GET.get("after", ""))
    context = {
        "found": found,
        "standing": browsing.standing(),
        "may_sign": can(request.user, CHECKPOINT),
        "crumbs": crumbs(_("Checkpoints")),
        **turning(request, found),
    }
    return render(request, "record/checkpoints.html", context)


def _sign(request: HttpRequest) -> HttpResponse:
    try:
        done = operations.checkpoint(now=timezone.now(), only_if_new=True)
    except operations.NothingNewError as nothing:
        messages.info(request, str(nothing))
        return redirect("record:checkpoints")
    except operations.RecordDamagedError:
        told = _("The log no longer leads to the last checkpoint. Nothing was signed; call the operator at once.")
        messages.error(request, told)
        return redirect("record:checkpoints")
    messages.success(request, _("The log is signed as it stands."))
    return redirect("record:checkpoint", pk=done.pk)


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as text, for witnesses' programs."""
    del request
    found = proving.latest_checkpoint()
    if found is None:
        raise Http404(_("Nothing was signed yet."))
    return _text(found.note)


@require_safe
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A checkpoint as text, with its witnesses' lines."""
    del request
    return _text(proving.note_of(_checkpoint(pk)))


def _text(text: str) -> HttpResponse:
    headers = {"Access-Control-Allow-Origin": "*"}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One checkpoint: its text, who signed it, and that it adds to the one before."""
    return _detail(request, pk, CosignatureForm())


@csrf_exempt  # What is handed in is signed itself, by whomever it was brought; nothing of a session is used.
@require_POST
def cosignatures(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the signatures of witnesses under a checkpoint."""
    form = CosignatureForm(request.POST)
    if form.is_valid() and (kept := _cosigned(form)) is not None:
        told = ngettext("%(n)s signature is kept.", "%(n)s signatures are kept.", kept) % {"n": kept}
        messages.success(request, told)
        return redirect("record:checkpoint", pk=pk)
    return _detail(request, pk, form, status=422)


def _cosigned(form: CosignatureForm) -> int | None:
    now = timezone.now()
    if not take("record:cosignatures", COSIGNATURES, now=now).allowed:
        form.add_error(None, _("Too many signatures arrive at this moment. Try again in a minute."))
        return None
    try:
        return len(operations.cosign(text=form.cleaned_data["note"].strip() + "\n", now=now))
    except operations.WitnessError as refused:
        form.add_error("note", str(refused))
        return None


def _detail(request: HttpRequest, pk: int, form: CosignatureForm, status: int = 200) -> HttpResponse:
    checkpoint = _checkpoint(pk)
    before = browsing.before(checkpoint)
    proof = proving.consistency_proof((before or checkpoint).pk, checkpoint.pk)
    context = {
        "checkpoint": checkpoint,
        "before": before,
        "proof": proof,
        "checks": checklist(proof.checks()),
        "url": address("consistency_json", old=proof.old.pk, new=proof.new.pk),
        "text": proving.note_of(checkpoint),
        "form": form,
        "crumbs": crumbs((_("Checkpoints"), reverse("record:checkpoints")), _("Checkpoint %(n)s") % {"n": pk}),
    }
    return render(request, "record/checkpoint.html", context, status=status)


def _checkpoint(pk: int) -> Checkpoint:
    try:
        return browsing.checkpoint(pk)
    except (Checkpoint.DoesNotExist, OverflowError) as missing:
        raise Http404(_("There is no such checkpoint.")) from missing


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public keys with which the log is signed, and the witnesses."""
    context = {
        "keys": list(LogKey.objects.all())[::-1],
        "witnesses": list(Witness.objects.all()),
        "may_name": can(request.user, WITNESS),
        "crumbs": crumbs(_("Keys and witnesses")),
    }
    return render(request, "record/key.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def witnesses(request: HttpRequest) -> HttpResponse:
    """Name a witness outside."""
    require(request.user, WITNESS)
    form = WitnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _named(form):
        messages.success(request, _("The witness's signatures are taken from now on."))
        return redirect("record:key")
    trail = crumbs((_("Keys and witnesses"), reverse("record:key")), _("Name a witness"))
    context = {"form": form, "crumbs": trail}
    return render(request, "record/witness.html", context, status=422 if request.method == "POST" else 200)


def _named(form: WitnessForm) -> bool:
    try:
        operations.add_witness(**form.cleaned_data, now=timezone.now())
    except operations.WitnessError as refused:
        form.add_error("key", str(refused))
        return False
    return True


@login_required
@require_POST
def witness_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no more signatures of a witness."""
    require(request.user, WITNESS)
    operations.end_witness(witness=get_object_or_404(Witness, pk=pk), now=timezone.now())
    messages.success(request, _("No more signatures of this witness are taken; those given stay."))
    return redirect("record:key")
