"""The signed-in person, as every request knows them."""

from dataclasses import dataclass
from typing import ClassVar

from crm.access.policy import FIELD_REACH, Actor, Role

#: Roles whose accounts open other accounts: the second factor is mandatory for them.
GUARDED_ROLES = frozenset({Role.ADMIN, Role.DIRECTOR})


@dataclass(frozen=True, slots=True)
class Place:
    """A structure this person belongs to, for the menu that changes from one to the other."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    The signed-in person, in the structure of the session. Read afresh at each request: rights end at once.

    `confirmed` is false on an enrolled phone whose owner has not given the password for 30 minutes: the session then
    reaches partners and exchanges only. `has_totp` tells whether the second factor is set up.
    """

    user_id: int
    public_id: str
    name: str
    language: str
    structure_id: int
    structure_name: str
    structure_public_id: str = ""
    roles: frozenset[Role]
    places: tuple[Place, ...] = ()
    has_totp: bool = False
    confirmed: bool = True
    device_id: int | None = None

    # What flask-login asks of an account.
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """What the session keeps."""
        return str(self.user_id)

    @property
    def actor(self) -> Actor:
        """This person as the rules know them."""
        reach = None if self.confirmed else FIELD_REACH
        return Actor(self.user_id, self.name, self.structure_id, self.roles, reach=reach)

    @property
    def must_have_totp(self) -> bool:
        """Whether this account, in this structure, opens others."""
        return bool(self.roles & GUARDED_ROLES)
