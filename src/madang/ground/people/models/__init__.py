"""People and the roles they hold at a place or in an office."""

from madang.ground.people.models.roles import Role
from madang.ground.people.models.users import User, UserManager

__all__ = ["Role", "User", "UserManager"]
