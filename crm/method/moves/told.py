"""A move in words, as the history of a card tells it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.method.enums import MoveKind, Outcome, Proof
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class Lacked:
    """A proof that lacked, and how the card went on."""

    proof: Proof
    outcome: Outcome
    reason: str
    taken_over_on: date | None


@dataclass(frozen=True, slots=True)
class ToldMove:
    """
    One line of a history. `msgid` is filled with `number` (of the step it led to), `step` (its name) and `day`.

    `by` is the identifier of who moved it.
    """

    msgid: str
    number: int
    day: date | None
    at: datetime
    by: int | None
    reason: str
    lacked: Sequence[Lacked]


_SAID: dict[MoveKind, str] = {
    MoveKind.ENTERED: N_("Entrée à l'étape %(number)s · %(step)s"),
    MoveKind.TAKEN_OVER: N_("Repris le %(day)s à l'étape %(number)s · %(step)s"),
    MoveKind.FORWARD: N_("Avancé à l'étape %(number)s · %(step)s"),
    MoveKind.BACK: N_("Revenu à l'étape %(number)s · %(step)s"),
    MoveKind.PAUSED: N_("En pause jusqu'au %(day)s"),
    MoveKind.UNDONE: N_("Mouvement annulé : de retour à l'étape %(number)s · %(step)s"),
}


def told(move: Any) -> ToldMove:
    """The line of one transition (a row, which a pure file may not name), its proofs loaded."""
    return ToldMove(
        _SAID.get(move.kind, move.kind.label),
        move.to_step,
        move.until if move.kind is MoveKind.PAUSED else move.taken_over_on,
        move.at,
        move.by_id,
        move.reason,
        [Lacked(one.proof, one.outcome, one.reason, one.taken_over_on) for one in move.proofs],
    )
