"""The menu: only what a role may open is shown."""

from dataclasses import dataclass, replace

from crm.access.policy import Actor, Permission, can
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One entry. `phone` entries stand in the bottom bar; `primary` is the big one there, `short` its label.
    `secondary` ones stand below the others in the side column. `rooms`: other rooms whose pages belong
    to it. `count`: what waits there. `steering`: where it leads those who steer instead.
    """

    endpoint: str
    label: str
    icon: str
    permission: Permission | None = None
    phone: bool = False
    primary: bool = False
    active: bool = False
    short: str = ""
    secondary: bool = False
    rooms: frozenset[str] = frozenset()
    count: str = ""
    steering: str = ""


ENTRIES = (
    Entry("home.today", N_("Aujourd'hui"), "sun", phone=True),
    Entry(
        "partners.index",
        N_("Partenaires"),
        "building",
        Permission.PARTNER_READ,
        phone=True,
        rooms=frozenset({"listing", "bulk", "follow", "tags", "contacts", "needs", "bin", "export", "takeover"}),
    ),
    Entry(
        "interactions.new_anywhere",
        N_("Nouvel échange"),
        "plus-lg",
        Permission.INTERACTION_LOG,
        phone=True,
        primary=True,
        short=N_("Échange"),
    ),
    Entry(
        "projects.index",
        N_("Projets"),
        "diagram-3",
        Permission.PROJECT_READ,
        phone=True,
        rooms=frozenset(
            {"partnerships", "parts", "moves", "guide", "board", "roadmap", "actions", "steering", "surveys"}
        ),
        steering="board.index",
    ),
    Entry(
        "conventions.index",
        N_("Conventions"),
        "journal-text",
        Permission.CONVENTION_READ,
        rooms=frozenset({"convention_settings"}),
    ),
    Entry(
        "imports.index",
        N_("Importer"),
        "upload",
        Permission.PARTNER_IMPORT,
        secondary=True,
        rooms=frozenset({"kept", "undoing"}),
    ),
    Entry(
        "duplicates.index",
        N_("Doublons"),
        "intersect",
        Permission.DUPLICATE_DECIDE,
        secondary=True,
        rooms=frozenset({"merging", "same_people", "sifting"}),
    ),
    Entry(
        "administration.index",
        N_("Réglages"),
        "gear",
        Permission.STRUCTURE_EDIT,
        secondary=True,
        rooms=frozenset({"reminder_settings"}),
    ),
    Entry("user_guide.index", N_("Aide"), "question-circle", secondary=True),
)


def entries_for(actor: Actor | None, endpoint: str | None) -> list[Entry]:
    """The entries this actor may open, the present one marked by its first word (its domain)."""
    here = (endpoint or "").split(".")[0]
    return [
        replace(
            entry,
            active=here == entry.endpoint.split(".")[0] or here in entry.rooms,
            endpoint=entry.steering if entry.steering and can(actor, Permission.PROJECT_VALIDATE) else entry.endpoint,
        )
        for entry in ENTRIES
        if actor is not None and (entry.permission is None or can(actor, entry.permission))
    ]
