"""The kinds of decisions that places and people take, which lie below the record and cannot register them."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "role_granted": _("Role granted"),
    "role_extended": _("End of a role moved"),
    "role_ended": _("Role ended"),
    "organization_verified": _("Organization verified"),
    "organization_refused": _("Organization not verified"),
    "organization_lapsed": _("Verification lapsed"),
    "office_created": _("Office created"),
    "office_renamed": _("Office renamed"),
    "office_retired": _("Office taken out of service"),
    "office_merged": _("Offices merged"),
    "place_succeeded": _("Place renamed, merged or divided"),
    "government_set_up": _("Government set up"),
}
