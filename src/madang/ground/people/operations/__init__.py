"""Everything that changes roles, organizations, invitations and the administration of places."""

from madang.ground.people.operations.invitations import (
    InvitationError,
    accept,
    invite_member,
    invite_to_role,
    send_again,
    token_of,
    withdraw,
)
from madang.ground.people.operations.memberships import end_membership, join, set_rank, transfer
from madang.ground.people.operations.organizations import (
    OrganizationError,
    answer_verification,
    ask_for_verification,
    close,
    found,
    revise,
)
from madang.ground.people.operations.places import change_office, create_office, retire_office, succeed
from madang.ground.people.operations.roles import RoleError, end, extend, grant, remind_of_expiry
from madang.ground.people.operations.settings import NoReasonError, SettingsChangedError, change_settings

__all__ = [
    "InvitationError",
    "NoReasonError",
    "OrganizationError",
    "RoleError",
    "SettingsChangedError",
    "accept",
    "answer_verification",
    "ask_for_verification",
    "change_office",
    "change_settings",
    "close",
    "create_office",
    "end",
    "end_membership",
    "extend",
    "found",
    "grant",
    "invite_member",
    "invite_to_role",
    "join",
    "remind_of_expiry",
    "retire_office",
    "revise",
    "send_again",
    "set_rank",
    "succeed",
    "token_of",
    "transfer",
    "withdraw",
]
