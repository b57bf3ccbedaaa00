"""
What a row would bring to a partner that is known already, field by field; and how sure it is that it is that one.

An empty cell never takes anything away. What fills an empty field is proposed as accepted, what would replace a value
waits for somebody to choose it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm.imports.enums import Choice, Outcome
from crm.imports.facts import Facts, Person
from crm.partners.search import fold
from crm.wording import N_, Labelled

#: The one field that is no column: somebody met there whom nobody knew.
CONTACT = "contact"
#: Facts of the identity that an import may change, in the order in which they are shown.
FIELDS = (
    *("name", "trade_name", "kind", "siret", "siren", "street", "postal_code", "city", "phone", "email", "website"),
    "sector",
)


class Likelihood(Labelled):
    """How sure it is that a row is about a partner, in words."""

    CERTAIN = "certain", N_("certain")
    ALMOST = "almost", N_("presque certain")
    LIKELY = "likely", N_("très probable")
    POSSIBLE = "possible", N_("possible")


_ALMOST = 0.97
_CERTAIN = 0.999


class Kept(StrEnum):
    """What a field would do: fill an empty one, or replace a value."""

    FILLS = "fills"
    REPLACES = "replaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of a known partner: what it holds, what the row says. `new` is never empty."""

    field: str
    old: str
    new: str

    @property
    def fills(self) -> bool:
        """Whether nothing is lost."""
        return not self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a known partner holds: its facts by name of column, the folded names and addresses of its people."""

    facts: Mapping[str, str]
    people: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


def likelihood(probability: float, *, doubtful: bool) -> Likelihood:
    """The words for a probability, between 0 and 1; `doubtful`: the scorer left it to a person."""
    if doubtful:
        return Likelihood.POSSIBLE
    if probability >= _CERTAIN:
        return Likelihood.CERTAIN
    return Likelihood.ALMOST if probability >= _ALMOST else Likelihood.LIKELY


def changes_of(facts: Facts, held: Held) -> tuple[Change, ...]:
    """What the row would bring, in the order of FIELDS, then somebody new."""
    said = said_by(facts)
    found = []
    for field in FIELDS:
        old, new = held.facts.get(field, ""), said.get(field, "")
        if not new or _same(field, old, new) or (field == "phone" and new in held.phones):
            continue
        if field == "siren" and (said.get("siret") or held.facts.get("siret")):
            continue  # a SIRET says it already
        found.append(Change(field=field, old=old, new=new))
    if facts.person is not None and not marks_of(facts.person) & held.people:
        found.append(Change(field=CONTACT, old="", new=named(facts.person)))
    return tuple(found)


def said_by(facts: Facts) -> dict[str, str]:
    """The facts of a row by name of column, the empty ones left out."""
    draft = facts.draft
    said = {
        "name": draft.name,
        "trade_name": draft.trade_name,
        "kind": facts.kind.value if facts.kind_said else "",
        "siret": draft.siret,
        "siren": draft.siren,
        "street": draft.street,
        "postal_code": draft.postal_code,
        "city": draft.city,
        "phone": draft.phone,
        "email": draft.email,
        "website": draft.website,
        "sector": facts.sector,
    }
    return {name: value for name, value in said.items() if value}


def marks_of(person: Person) -> frozenset[str]:
    """By what somebody is known again at one company: their name, their address."""
    return frozenset(one for one in (fold(f"{person.first_name} {person.last_name}"), person.email.casefold()) if one)


def named(person: Person) -> str:
    """A person as they are proposed."""
    name = f"{person.first_name} {person.last_name}".strip()
    return f"{name}, {person.function}" if person.function else name


def default_choice(outcome: Outcome, *, history: bool = False) -> Choice:
    """What becomes of a row of which nobody said anything. A `history` creates no company by itself."""
    if history and outcome is Outcome.NEW:
        return Choice.ASIDE
    return {Outcome.NEW: Choice.OTHER, Outcome.SAME: Choice.SAME}.get(outcome, Choice.ASIDE)


def choices_for(outcome: Outcome, *, certain: bool) -> tuple[Choice, ...]:
    """What may be said of a row. One SIRET is one site: such a row is never another partner."""
    if outcome is Outcome.NEW:
        return (Choice.OTHER, Choice.ASIDE)
    if outcome is Outcome.WRONG:
        return ()
    return (Choice.SAME, Choice.ASIDE) if certain else (Choice.SAME, Choice.OTHER, Choice.ASIDE)


def decided(said: Choice | None, outcome: Outcome, *, certain: bool, history: bool = False) -> Choice:
    """What becomes of a row: what was said when it may be, else what becomes of it by itself."""
    if said is not None and said in choices_for(outcome, certain=certain):
        return said
    return default_choice(outcome, history=history)


def accepted(changes: Iterable[Change], fields: Collection[str] | None) -> tuple[Change, ...]:
    """Those that somebody ticked; without an answer (None), those that only fill."""
    return tuple(one for one in changes if (one.fills if fields is None else one.field in fields))


def _same(field: str, old: str, new: str) -> bool:
    if field in {"email", "website"}:
        return old.casefold().rstrip("/") == new.casefold().rstrip("/")
    return fold(old) == fold(new) if old else False
