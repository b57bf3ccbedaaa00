"""How long the bin keeps, who else holds a partner back, and what its services refuse."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from crm.errors import DomainError
from crm.wording import N_

#: What is in the bin can come back for so long, then it is deleted for good.
KEPT = timedelta(days=30)

#: Of these partners, identifier → identifiers of the structures that wrote something of their own about them.
Hold = Callable[[Any, Collection[int]], dict[int, set[int]]]

_holds: dict[str, Hold] = {}


def add_hold(key: str, hold: Hold) -> None:
    """Let a domain further down say which structures keep something about a partner: it then stays out of the bin."""
    _holds[key] = hold


def held_by(session: Any, identifiers: Collection[int]) -> dict[int, set[int]]:
    """The structures that keep something about each of these partners, as the registered domains say."""
    found: dict[int, set[int]] = {}
    for hold in _holds.values():
        for partner_id, structures in hold(session, identifiers).items():
            found.setdefault(partner_id, set()).update(structures)
    return found


def purge_at(binned_at: datetime) -> datetime:
    """From when on the purge may delete what was binned then."""
    return binned_at + KEPT


class HeldElsewhere(DomainError):
    """Another structure works with the partner: one structure alone does not take it away from the collectif."""

    def __init__(self, name: str, structures: list[str]) -> None:
        super().__init__(
            N_(
                "« %(name)s » ne peut pas aller à la corbeille : cette fiche sert aussi à %(structures)s (suivi, "
                "échanges, besoins ou choses à faire). Remettez-la plutôt dans votre vivier."
            ),
            name=name,
            structures=", ".join(structures),
        )


class SiretTaken(DomainError):
    """The SIRET of a partner in the bin is now borne by a live one: `public_id` says which."""

    def __init__(self, name: str, *, known: str, public_id: str) -> None:
        super().__init__(
            N_(
                "« %(name)s » ne peut pas être restauré : son SIRET est maintenant celui de « %(known)s ». "
                "Complétez cette fiche-là."
            ),
            name=name,
            known=known,
        )
        self.public_id = public_id


class PartnerInBin(DomainError):
    """A contact cannot come back while its partner is in the bin."""

    def __init__(self, name: str, *, partner: str) -> None:
        super().__init__(
            N_("« %(name)s » reviendra quand la fiche de « %(partner)s » sera restaurée : restaurez-la d'abord."),
            name=name,
            partner=partner,
        )
