"""
« Points à vérifier »: the one table of transitions, and the one function that says whether a card may move.

Pure: facts, rights, weights and the day in; a verdict with its reasons out. Screen, drag, bulk and import ask the same
function. Source: docs/rules/method.md.

A proof that lacks warns, unless the structure made it block. A move that goes on without it keeps for ever how:
*warned*, *overridden* with a reason, or *taken over* on a day.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from crm.access.policy import Permission
from crm.method.enums import FIRST_OF_PARTNERSHIP, LAST_STEP, CardState, MoveKind, Outcome, Proof, Weight
from crm.sentences import Sentence
from crm.wording import N_

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Crossing:
    """From one step to the next: who may cross, and what is asked. `before` is None at the entrance."""

    before: int | None
    after: int
    permission: Permission
    proofs: tuple[Proof, ...]


#: A project ends where its partnerships begin: at 4 its strategy is passed.
PROJECT_TABLE = (
    Crossing(None, 1, Permission.PROJECT_EDIT, ()),
    Crossing(
        1,
        2,
        Permission.PROJECT_EDIT,
        (Proof.PERIMETER, Proof.PILOT, Proof.OPPORTUNITY, Proof.THREAT, Proof.LISTENING),
    ),
    Crossing(2, 3, Permission.PROJECT_EDIT, (Proof.STRENGTH, Proof.WEAKNESS, Proof.DEBATED)),
    Crossing(3, 4, Permission.PROJECT_EDIT, (Proof.PRE_PROJECT, Proof.PRIORITY_ACTION, Proof.APPROVED)),
)
PARTNERSHIP_TABLE = (
    Crossing(None, 4, Permission.PROJECT_EDIT, (Proof.STRATEGY_PASSED,)),
    Crossing(4, 5, Permission.PROJECT_EDIT, (Proof.MEETING, Proof.DECIDER, Proof.NEED, Proof.WILLING)),
    Crossing(5, 6, Permission.PROJECT_EDIT, (Proof.ROADMAP, Proof.BUDGET, Proof.AGREEMENT)),
    Crossing(6, 7, Permission.PROJECT_EDIT, (Proof.SIGNED, Proof.PILOTS, Proof.INDICATOR, Proof.LAUNCHED)),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a card is. `step` is None before it entered; `is_project` tells which table holds."""

    is_project: bool
    step: int | None
    state: CardState = CardState.ACTIVE
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The move that somebody wants. `step` is where to (for a pause and its like, None).

    `accepts` goes on with warnings; `reason` goes back, abandons, or passes over what lacks; `until` ends a pause;
    `taken_over_on` is the day on which a partnership that lived before is taken over.
    """

    kind: MoveKind
    step: int | None = None
    accepts: bool = False
    reason: str = ""
    until: date | None = None
    taken_over_on: date | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A proof that lacks, and what that does."""

    proof: Proof
    weight: Weight


@dataclass(frozen=True, slots=True)
class Passed:
    """What a transition keeps of a proof that lacked."""

    proof: Proof
    outcome: Outcome
    reason: str = ""
    taken_over_on: date | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is not possible at all, and the field that mends it ('' for none)."""

    sentence: Sentence
    field: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What becomes of a move. Refused: nothing mends it here. Else `missing` lacks, and when the move `goes_on`
    `passed` says how each missing proof is kept.
    """

    refusal: Refusal | None = None
    missing: tuple[Missing, ...] = ()
    passed: tuple[Passed, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether the move may be made as asked: each missing proof is accounted for."""
        return self.refusal is None and len(self.passed) == len(self.missing)

    @property
    def blocks(self) -> bool:
        """Whether only a reason makes it go on."""
        return any(one.weight is Weight.BLOCK for one in self.missing)


#: From which states each kind of move starts. Taken over and entered have none: they start nowhere.
_FROM: Mapping[MoveKind, frozenset[CardState]] = {
    MoveKind.FORWARD: frozenset({CardState.ACTIVE}),
    MoveKind.BACK: frozenset({CardState.ACTIVE}),
    MoveKind.PAUSED: frozenset({CardState.ACTIVE, CardState.PAUSED}),
    MoveKind.RESUMED: frozenset({CardState.PAUSED}),
    MoveKind.ABANDONED: frozenset({CardState.ACTIVE, CardState.PAUSED}),
    MoveKind.FINISHED: frozenset({CardState.ACTIVE, CardState.PAUSED}),
    MoveKind.REOPENED: frozenset({CardState.ABANDONED, CardState.FINISHED}),
}

#: What each kind of move makes of the state.
STATE_AFTER: Mapping[MoveKind, CardState] = {
    MoveKind.ENTERED: CardState.ACTIVE,
    MoveKind.TAKEN_OVER: CardState.ACTIVE,
    MoveKind.FORWARD: CardState.ACTIVE,
    MoveKind.BACK: CardState.ACTIVE,
    MoveKind.PAUSED: CardState.PAUSED,
    MoveKind.RESUMED: CardState.ACTIVE,
    MoveKind.ABANDONED: CardState.ABANDONED,
    MoveKind.FINISHED: CardState.FINISHED,
    MoveKind.REOPENED: CardState.ACTIVE,
}


def state_on(state: CardState, paused_until: date | None, today: date) -> CardState:
    """The state that counts today: a pause is over on its day."""
    over = state is CardState.PAUSED and paused_until is not None and paused_until <= today
    return CardState.ACTIVE if over else state


def crossings(is_project: bool, before: int | None, after: int) -> tuple[Crossing, ...]:
    """What lies between two steps, in order. Nothing when going back."""
    table = PROJECT_TABLE if is_project else PARTNERSHIP_TABLE
    start = 0 if before is None else before
    return tuple(one for one in table if start < one.after <= after)


def asked_proofs(is_project: bool, before: int | None, after: int) -> tuple[Proof, ...]:
    """Every proof asked between two steps, in order."""
    return tuple(proof for one in crossings(is_project, before, after) for proof in one.proofs)


def evaluate(
    standing: Standing,
    asked: Asked,
    *,
    present: Collection[Proof],
    weights: Mapping[Proof, Weight],
    permissions: Collection[Permission],
    today: date,
) -> Verdict:
    """Whether the card may move as asked today. `present` are the proofs that are there, `weights` what others do."""
    refusal = _refusal(standing, asked, permissions, today)
    if refusal is not None:
        return Verdict(refusal)
    if asked.kind not in {MoveKind.ENTERED, MoveKind.TAKEN_OVER, MoveKind.FORWARD} or asked.step is None:
        return Verdict()
    proofs = asked_proofs(standing.is_project, standing.step, asked.step)
    missing = tuple(Missing(one, weights.get(one, Weight.WARN)) for one in proofs if one not in present)
    return Verdict(None, missing, _passed(missing, asked))


def _passed(missing: tuple[Missing, ...], asked: Asked) -> tuple[Passed, ...]:
    if asked.kind is MoveKind.TAKEN_OVER:
        return tuple(Passed(one.proof, Outcome.TAKEN_OVER, taken_over_on=asked.taken_over_on) for one in missing)
    if asked.reason.strip():
        return tuple(Passed(one.proof, Outcome.OVERRIDDEN, asked.reason.strip()) for one in missing)
    if asked.accepts and all(one.weight is Weight.WARN for one in missing):
        return tuple(Passed(one.proof, Outcome.WARNED) for one in missing)
    return ()


def _refusal(standing: Standing, asked: Asked, permissions: Collection[Permission], today: date) -> Refusal | None:
    if not _may(standing, asked, permissions):
        return Refusal(Sentence(N_("Vous n'avez pas le droit de faire cela.")))
    if len(asked.reason) > LONGEST_REASON:
        return Refusal(Sentence(N_("Trop long : 500 caractères au plus.")), "reason")
    if asked.kind in {MoveKind.ENTERED, MoveKind.TAKEN_OVER}:
        return _refused_entrance(standing, asked, today)
    if asked.kind not in _FROM:
        return Refusal(Sentence(N_("Ce mouvement ne se demande pas ainsi.")))
    state = state_on(standing.state, standing.paused_until, today)
    allowed = _FROM[asked.kind]
    if standing.step is None or (state not in allowed and standing.state not in allowed):
        return Refusal(_WRONG_STATE.get(state, _GONE))
    if asked.kind in {MoveKind.FORWARD, MoveKind.BACK}:
        return _refused_step(standing, standing.step, asked)
    if asked.step is not None:
        return Refusal(Sentence(N_("Ce mouvement ne change pas d'étape.")), "step")
    if asked.kind is MoveKind.ABANDONED and not asked.reason.strip():
        return Refusal(Sentence(N_("Dites pourquoi : cela reste lisible.")), "reason")
    if asked.kind is MoveKind.PAUSED and (asked.until is None or asked.until <= today):
        return Refusal(Sentence(N_("La fin de la pause doit être à venir.")), "until")
    return None


_GONE = Sentence(N_("Cette carte n'est plus en cours."))
_WRONG_STATE = {
    CardState.PAUSED: Sentence(N_("Cette carte est en pause : reprenez-la d'abord.")),
    CardState.ABANDONED: Sentence(N_("Cette carte est abandonnée : rouvrez-la d'abord.")),
    CardState.FINISHED: Sentence(N_("Cette carte est terminée : rouvrez-la d'abord.")),
    CardState.ACTIVE: Sentence(N_("Cette carte est en cours : il n'y a rien à rouvrir.")),
}


def _may(standing: Standing, asked: Asked, permissions: Collection[Permission]) -> bool:
    needed = {Permission.PROJECT_EDIT}
    if asked.step is not None:
        needed |= {one.permission for one in crossings(standing.is_project, standing.step, asked.step)}
    return needed <= set(permissions)


def _refused_entrance(standing: Standing, asked: Asked, today: date) -> Refusal | None:
    first = 1 if standing.is_project else FIRST_OF_PARTNERSHIP
    if standing.step is not None:
        return Refusal(Sentence(N_("Cette carte est déjà entrée.")))
    if asked.kind is MoveKind.ENTERED:
        if asked.step != first:
            return Refusal(Sentence(N_("On entre par la première étape ; plus loin, c'est une reprise.")), "step")
        return None
    if standing.is_project or asked.step is None or not first <= asked.step <= LAST_STEP:
        return Refusal(Sentence(N_("On reprend un partenariat à une étape de 4 à 7.")), "step")
    if asked.taken_over_on is None or asked.taken_over_on > today:
        return Refusal(Sentence(N_("Donnez le jour de la reprise : aujourd'hui ou avant.")), "taken_over_on")
    return None


def _refused_step(standing: Standing, step: int, asked: Asked) -> Refusal | None:
    first, last = (1, FIRST_OF_PARTNERSHIP) if standing.is_project else (FIRST_OF_PARTNERSHIP, LAST_STEP)
    if asked.step is None or not first <= asked.step <= last:
        return Refusal(Sentence(N_("Cette étape n'est pas celle d'une telle carte.")), "step")
    if asked.step == step:
        return Refusal(Sentence(N_("Cette carte est déjà à cette étape.")), "step")
    if (asked.kind is MoveKind.FORWARD) != (asked.step > step):
        return Refusal(Sentence(N_("Cette étape n'est pas de ce côté.")), "step")
    if asked.kind is MoveKind.BACK and not asked.reason.strip():
        return Refusal(Sentence(N_("Dites pourquoi : revenir en arrière demande une raison.")), "reason")
    return None


def strongest(rules: Iterable[tuple[Proof, Weight]]) -> dict[Proof, Weight]:
    """The weights of a structure, those it did not set warning."""
    return dict.fromkeys(Proof, Weight.WARN) | dict(rules)
