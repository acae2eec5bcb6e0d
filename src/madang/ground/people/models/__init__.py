"""People, the organizations they belong to, and the roles they hold at a place, in an office or an organization."""

from madang.ground.people.models.invitations import Invitation
from madang.ground.people.models.organizations import Membership, Organization, VerificationRequest
from madang.ground.people.models.roles import Role
from madang.ground.people.models.settings import SettingChange
from madang.ground.people.models.setups import GovernmentSetup
from madang.ground.people.models.users import User, UserManager

__all__ = [
    "GovernmentSetup",
    "Invitation",
    "Membership",
    "Organization",
    "Role",
    "SettingChange",
    "User",
    "UserManager",
    "VerificationRequest",
]
