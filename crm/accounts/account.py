"""The signed-in person, as every request knows them."""

from dataclasses import dataclass
from typing import ClassVar

from crm.access.policy import Actor, Role


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in person, in the structure of the session. Read afresh at each request: rights end at once."""

    user_id: int
    public_id: str
    name: str
    language: str
    structure_id: int
    structure_name: str
    roles: frozenset[Role]

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
        return Actor(self.user_id, self.name, self.structure_id, self.roles)
