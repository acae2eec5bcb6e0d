"""Who may do what with a proposal. Ask through `madang.ground.people.permissions.can`."""

from __future__ import annotations

import rules
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import edits_the_thread, is_signed_in


@rules.predicate
def is_author(user: object, proposal: object) -> bool:
    """An imported voice has no account, and so no author here."""
    author = getattr(proposal, "author_id", None)
    return author is not None and author == getattr(user, "pk", None)


@rules.predicate
def is_public(user: object, proposal: object) -> bool:
    """Visible, or merged into another: its words stay readable beside the link to the one that stands."""
    del user
    return bool(getattr(proposal, "is_visible", False)) or getattr(proposal, "status", "") == "merged"


scopes.register(scopes.Scope("write:proposals", _("Write and support proposals in my name"), order=20))
rules.add_perm("proposals.write", is_signed_in)
rules.add_perm("proposals.edit", is_signed_in & is_author)
rules.add_perm("proposals.withdraw", is_signed_in & is_author)
rules.add_perm("proposals.support", is_signed_in & ~is_author)
rules.add_perm("proposals.comment", is_signed_in)
rules.add_perm("proposals.follow", is_signed_in)
# The text of a hidden proposal stays readable to its writer and to those who answer for hiding it.
rules.add_perm("proposals.read_text", is_public | is_author | edits_the_thread)
