"""The roles a director may grant, in the order of the screens."""

from collections.abc import Iterable

from crm.access.policy import Role

#: Everything but the host's tutor, who has no account.
OFFERED = tuple(role for role in Role if role is not Role.TUTOR)


def edition(roles: Iterable[Role]) -> int:
    """
    One number for a set of roles: what a form was opened on.

    It tells the sets apart, so that a form opened on other roles is refused; a change undone meanwhile harms nobody.
    """
    held = frozenset(roles)
    return sum(1 << place for place, role in enumerate(Role) if role in held)
