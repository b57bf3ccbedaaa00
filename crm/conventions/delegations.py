"""Who may sign for the structure on a day: the register of delegations. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.conventions.enums import ConventionKind
from crm.wording import N_, Labelled


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody of the structure may sign these kinds (none named: all) from a day to another, both included."""

    user_id: int
    starts_on: date
    ends_on: date | None = None
    kinds: frozenset[ConventionKind] = frozenset()


class Authority(Labelled):
    """Whether somebody may sign for the structure on a day. What is not `VALID` is a warning, never a refusal."""

    VALID = "valid", N_("Délégation de signature valable ce jour-là.")
    NONE = "none", N_("Aucune délégation de signature n'est enregistrée pour cette personne.")
    OTHER_DAY = "other_day", N_("Sa délégation de signature n'est pas valable ce jour-là.")
    OTHER_KIND = "other_kind", N_("Sa délégation de signature ne couvre pas ce type de convention.")
    UNKNOWN = (
        "unknown",
        N_("Cette personne n'a pas de compte ici : sa délégation de signature n'a pas pu être vérifiée."),
    )


def authority(delegations: Iterable[Delegation], user_id: int | None, kind: ConventionKind, day: date) -> Authority:
    """What the register says of that person signing that kind on that day."""
    if user_id is None:
        return Authority.UNKNOWN
    theirs = [one for one in delegations if one.user_id == user_id]
    if not theirs:
        return Authority.NONE
    covering = [one for one in theirs if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)]
    if not covering:
        return Authority.OTHER_DAY
    return Authority.VALID if any(not one.kinds or kind in one.kinds for one in covering) else Authority.OTHER_KIND


def read_kinds(text: str) -> frozenset[ConventionKind]:
    """Kinds as they are kept: « framework,funding ». Words of a later release are left out."""
    known = {kind.value for kind in ConventionKind}
    return frozenset(ConventionKind(word) for word in text.split(",") if word in known)


def write_kinds(kinds: Iterable[ConventionKind]) -> str:
    """Kinds as they are kept, in the order of the enumeration."""
    chosen = set(kinds)
    return ",".join(kind.value for kind in ConventionKind if kind in chosen)
