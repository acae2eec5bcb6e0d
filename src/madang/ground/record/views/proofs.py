"""Verifying: an entry, a range, two checkpoints; each as a page and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.ground.record.forms import ConsistencyForm, EntryForm, RangeForm
from madang.ground.record.models import Checkpoint, Entry, Leaf
from madang.ground.record.queries import browsing, proving
from madang.ground.record.queries.published import published
from madang.ground.record.subjects import named
from madang.ground.record.views.parts import address, checklist, crumbs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """Choose what to verify; an entry is looked up by its place in the log."""
    form = EntryForm(request.GET or None)
    if form.is_bound and form.is_valid():
        leaf = Leaf.objects.filter(pk=form.cleaned_data["index"]).first()
        if leaf:
            return redirect("record:entry", pk=leaf.entry_id)
        form.add_error("index", _("The log has no entry at this place yet."))
    context = {
        "entry_form": form,
        "range_form": RangeForm(initial={"first": 0, "last": 9}),
        "consistency_form": ConsistencyForm(offered=browsing.recent_checkpoints()),
        "standing": browsing.standing(),
        "published": published(),
        "crumbs": crumbs(_("Verify")),
    }
    return render(request, "record/verification.html", context)


@require_safe
def range_page(request: HttpRequest) -> HttpResponse:
    """Whether a range of entries is in the log, whole and in order."""
    form = RangeForm(request.GET or None)
    proof = _range_of(form)
    context: dict[str, Any] = {"form": form, "proof": proof, "crumbs": _verify_crumbs(_("A range of entries"))}
    if proof:
        names = named(one.subject for one in proof.entries)
        context["rows"] = [(proof.first + n, one, names.get(one.subject)) for n, one in enumerate(proof.entries)]
        context |= {
            "checks": checklist(proof.checks()),
            "url": address("range_json", first=proof.first, last=proof.last),
        }
    return render(request, "record/range.html", context)


def _range_of(form: RangeForm) -> proving.RangeProof | None:
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return proving.range_proof(form.cleaned_data["first"], form.cleaned_data["last"])
    except proving.NoSuchRangeError:
        told = _("These places are not signed yet, or they are more than %(n)s at once. Choose others.")
        form.add_error(None, told % {"n": proving.LONGEST_RANGE})
        return None


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """Whether a later checkpoint only adds to an earlier one."""
    form = ConsistencyForm(request.GET or None, offered=browsing.recent_checkpoints())
    proof = _consistency_of(form)
    context: dict[str, Any] = {"form": form, "proof": proof, "crumbs": _verify_crumbs(_("Two checkpoints"))}
    if proof:
        url = address("consistency_json", old=proof.old.pk, new=proof.new.pk)
        context |= {"checks": checklist(proof.checks()), "url": url}
    return render(request, "record/consistency.html", context)


def _consistency_of(form: ConsistencyForm) -> proving.ConsistencyProof | None:
    if form.is_bound and form.is_valid():
        return proving.consistency_proof(form.cleaned_data["old"], form.cleaned_data["new"])
    return None


def _verify_crumbs(here: str) -> list[dict[str, str]]:
    return crumbs((_("Verify"), reverse("record:verification")), here)


@require_safe
def entry_json(request: HttpRequest, pk: int) -> JsonResponse:
    """The proof of an entry, as docs/record.md describes it."""
    del request
    try:
        return _json(proving.entry_proof(pk).as_json())
    except (Entry.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


@require_safe
def range_json(request: HttpRequest) -> JsonResponse:
    """The proof of a range of entries."""
    form = RangeForm(request.GET)
    proof = _range_of(form)
    return _json(proof.as_json()) if proof else _refused(form.errors.as_text())


@require_safe
def consistency_json(request: HttpRequest) -> JsonResponse:
    """The proof between two checkpoints."""
    try:
        proof = proving.consistency_proof(int(request.GET["old"]), int(request.GET["new"]))
    except (KeyError, ValueError, OverflowError):
        return _refused(_("Name two checkpoints by their numbers: ?old=1&new=2."))
    except Checkpoint.DoesNotExist as missing:
        raise Http404 from missing
    return _json(proof.as_json())


def _json(body: dict[str, Any], status: int = 200) -> JsonResponse:
    """JSON that any page anywhere may read: proofs are for verifying elsewhere."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return JsonResponse(body, status=status, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _refused(why: str) -> JsonResponse:
    return _json({"error": why}, status=400)
