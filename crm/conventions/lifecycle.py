"""
Where a convention stands, and what may be done to it: one typed table, one function with reasons. Pure.

What is kept is the stage of the writing, the signatures and the days; the state follows from them, so that nothing has
to be changed at midnight.
"""

from dataclasses import dataclass
from datetime import date

from crm.access.policy import Permission
from crm.conventions.enums import WITHOUT_END, ConventionKind, ConventionState, Move, Stage
from crm.conventions.terms import Terms, add_months, final_end
from crm.sentences import Sentence
from crm.wording import N_

#: A convention is said to end soon from so many months before its last day.
SOON_MONTHS = 6

S, P = ConventionState, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    What is known of a convention. `signed` of `parties` people have signed; `ours` and `theirs` count them by side.

    `terminated_on` is the first day without effect; `succeeded_on` the first day of a signed renewal; `has_successor`
    also counts one that is still being written.
    """

    kind: ConventionKind
    stage: Stage
    terms: Terms | None
    purpose: str = ""
    ours: int = 0
    theirs: int = 0
    parties: int = 0
    signed: int = 0
    terminated_on: date | None = None
    succeeded_on: date | None = None
    has_successor: bool = False


_WRITING = {
    Stage.DRAFT: ConventionState.DRAFT,
    Stage.IN_REVIEW: ConventionState.IN_REVIEW,
    Stage.TO_SIGN: ConventionState.TO_SIGN,
}


def state(facts: Facts, today: date) -> ConventionState:
    """Where the convention stands on that day."""
    if facts.stage in _WRITING:
        return _WRITING[facts.stage]
    if facts.terminated_on is not None and facts.terminated_on <= today:
        return S.TERMINATED
    if facts.succeeded_on is not None and facts.succeeded_on <= today:
        return S.RENEWED
    if facts.terms is None:
        return S.IN_FORCE
    end = final_end(facts.terms)
    if end is not None and end < today:
        return S.ENDED
    if facts.terms.starts_on > today:
        return S.SIGNED
    if facts.terminated_on is not None or (end is not None and end <= add_months(today, SOON_MONTHS)):
        return S.ENDING
    return S.IN_FORCE


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states a move leads to which stage (None: the stage stays), and the right that it takes."""

    starts: frozenset[ConventionState]
    stage: Stage | None
    right: Permission


_BOUND = frozenset({S.SIGNED, S.IN_FORCE, S.ENDING})

TRANSITIONS: dict[Move, Transition] = {
    Move.SUBMIT: Transition(frozenset({S.DRAFT}), Stage.IN_REVIEW, P.CONVENTION_EDIT),
    Move.SEND_BACK: Transition(frozenset({S.IN_REVIEW, S.TO_SIGN}), Stage.DRAFT, P.CONVENTION_EDIT),
    Move.APPROVE: Transition(frozenset({S.DRAFT, S.IN_REVIEW}), Stage.TO_SIGN, P.CONVENTION_VALIDATE),
    # The last signature leads to « signée »: see stage_after_signatures().
    Move.SIGN: Transition(frozenset({S.TO_SIGN}), None, P.CONVENTION_EDIT),
    Move.UNSIGN: Transition(frozenset({S.TO_SIGN, *_BOUND}), Stage.TO_SIGN, P.CONVENTION_EDIT),
    Move.TERMINATE: Transition(_BOUND, None, P.CONVENTION_VALIDATE),
    Move.REINSTATE: Transition(frozenset({S.TERMINATED, *_BOUND}), None, P.CONVENTION_VALIDATE),
    Move.RENEW: Transition(frozenset({S.IN_FORCE, S.ENDING, S.ENDED}), None, P.CONVENTION_EDIT),
}

NOT_NOW = N_("Cette convention est « %(state)s » : ce n'est pas possible maintenant.")
NO_RIGHT = N_("C'est à la direction de le faire.")
NO_PURPOSE = N_("Il manque l'objet de la convention.")
NO_START = N_("Il manque le jour où elle commence.")
NO_END = N_("Il manque le jour où elle se termine (seule une charte peut s'en passer).")
NO_OURS = N_("Il manque qui signe pour nous.")
NO_THEIRS = N_("Il manque qui signe pour le partenaire.")
ALREADY_SIGNED = N_("Une signature est déjà donnée : modifiez plutôt le texte, une nouvelle version sera faite.")
NOT_TERMINATED = N_("Elle n'est pas résiliée.")
ALREADY_TERMINATED = N_("Elle est déjà résiliée.")
ALREADY_RENEWED = N_("Son renouvellement est déjà écrit : ouvrez-le.")


def refusals(move: Move, facts: Facts, today: date, rights: frozenset[Permission]) -> tuple[Sentence, ...]:
    """Why that move cannot be made today by somebody who holds those rights: every reason; none when it can."""
    rule = TRANSITIONS[move]
    found: list[Sentence] = []
    if rule.right not in rights:
        found.append(Sentence(NO_RIGHT))
    now = state(facts, today)
    if now not in rule.starts:
        # Nothing else is worth saying of a move that is not for this state.
        return (*found, Sentence(NOT_NOW, {"state": now.label}))
    if move in {Move.SUBMIT, Move.APPROVE}:
        found += _missing_text(facts)
    if move is Move.APPROVE:
        found += [Sentence(text) for count, text in ((facts.ours, NO_OURS), (facts.theirs, NO_THEIRS)) if not count]
    if move is Move.SEND_BACK and facts.signed:
        found.append(Sentence(ALREADY_SIGNED))
    if move is Move.TERMINATE and facts.terminated_on is not None:
        found.append(Sentence(ALREADY_TERMINATED))
    if move is Move.REINSTATE and facts.terminated_on is None:
        found.append(Sentence(NOT_TERMINATED))
    if move is Move.RENEW and facts.has_successor:
        found.append(Sentence(ALREADY_RENEWED))
    return tuple(found)


def _missing_text(facts: Facts) -> list[Sentence]:
    missing = []
    if not facts.purpose.strip():
        missing.append(Sentence(NO_PURPOSE))
    if facts.terms is None:
        missing.append(Sentence(NO_START))
    if (facts.terms is None or facts.terms.ends_on is None) and facts.kind not in WITHOUT_END:
        missing.append(Sentence(NO_END))
    return missing


def possible(facts: Facts, today: date, rights: frozenset[Permission]) -> tuple[Move, ...]:
    """The moves that can be made now, in the order of the table."""
    return tuple(move for move in TRANSITIONS if not refusals(move, facts, today, rights))


def stage_after_signatures(parties: int, signed: int) -> Stage:
    """« Signée » once everybody named has signed, « à signer » before."""
    return Stage.SIGNED if parties and signed == parties else Stage.TO_SIGN


def stage_after_edit(stage: Stage, signed: int) -> tuple[Stage, bool]:
    """
    The stage once what is signed was changed, and whether that makes a new version, without its signatures.

    Before any signature nothing happens; one who approved would rather be asked again: « à signer » stays so.
    """
    return (Stage.TO_SIGN, True) if signed else (stage, False)
