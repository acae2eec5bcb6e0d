"""People, their organizations and roles, and what is known and kept of them."""

from madang.ground.people.models.invitations import Invitation
from madang.ground.people.models.organizations import Membership, Organization, VerificationRequest
from madang.ground.people.models.privacy import Browser, Deletion, Download, GuardianConsent
from madang.ground.people.models.roles import Role
from madang.ground.people.models.settings import SettingChange
from madang.ground.people.models.setups import GovernmentSetup
from madang.ground.people.models.tokens import ApiToken, KeptAnswer
from madang.ground.people.models.users import ERASED_NAME, User, UserManager
from madang.ground.people.models.verification import CounterSlip, IdentityDigest, Level, PhoneCode, Verification

__all__ = [
    "ERASED_NAME",
    "ApiToken",
    "Browser",
    "CounterSlip",
    "Deletion",
    "Download",
    "GovernmentSetup",
    "GuardianConsent",
    "IdentityDigest",
    "Invitation",
    "KeptAnswer",
    "Level",
    "Membership",
    "Organization",
    "PhoneCode",
    "Role",
    "SettingChange",
    "User",
    "UserManager",
    "Verification",
    "VerificationRequest",
]
