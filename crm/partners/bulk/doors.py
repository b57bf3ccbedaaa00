"""
Where other domains take the partners chosen in the list: actions on many that this one knows nothing of. Pure.

A registration is keyed: registering twice replaces.
"""

from dataclasses import dataclass

from crm.access.policy import Actor, Permission, can


@dataclass(frozen=True, slots=True)
class Door:
    """A page that takes the same fields as the preview (`ids`, or `all` and `address`). `label` is marked with N_()."""

    key: str
    label: str
    endpoint: str
    permission: Permission


_doors: dict[str, Door] = {}


def add_door(door: Door) -> None:
    """Offer this page to whoever chose partners in the list, and holds its permission."""
    _doors[door.key] = door


def doors_for(actor: Actor) -> list[Door]:
    """The pages that this actor may open, in order."""
    return [one for _, one in sorted(_doors.items()) if can(actor, one.permission)]
