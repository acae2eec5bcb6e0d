"""Who may take part, and who moderates."""

from __future__ import annotations

import rules
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import edits_the_thread, is_signed_in

scopes.register(scopes.Scope("write:comments", _("Comment and follow in my name"), order=30))
scopes.register(scopes.Scope("webhooks", _("Keep my webhooks"), order=80))
scopes.register(scopes.Scope("moderate", _("Hide and show again, where I moderate"), official=True, order=70))
rules.add_perm("participation.take_part", is_signed_in)
rules.add_perm("participation.hide_comment", is_signed_in & edits_the_thread)
