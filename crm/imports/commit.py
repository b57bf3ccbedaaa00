"""
Writes what was planned, in the transaction of whoever called: new partners, what known ones gain, people met there.

Of a known partner only what somebody saw is written: a proposal that the screen did not show, or whose field has
changed meanwhile, is left aside.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.audit.services import note
from crm.imports.enums import Choice, Outcome
from crm.imports.facts import Facts, Person
from crm.imports.proposals import CONTACT, FIELDS, Change, accepted, decided, marks_of
from crm.imports.services import Plan, Planned
from crm.partners import services as partners
from crm.partners.contacts import services as contacts
from crm.partners.contacts.services import ContactData
from crm.partners.enums import FollowStage, PartnerKind
from crm.partners.follow.services import FollowData
from crm.partners.models import Contact, Follow, Partner

_AT_ONCE = 5_000
#: What a changed fact may change with it.
_WITH_IT = ("siren", "department", "commune_code")


@dataclass(frozen=True, slots=True)
class Written:
    """A row that an import created, or a partner whose facts it changed (`before`: what they were, by name)."""

    line: int
    partner_id: int
    row: Any
    before: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the screen showed of a row: whom it resembles (a public id, or an earlier line), what it would change."""

    like: str | int | None
    changes: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """
    What a person said, by line: the choice, the fields ticked (a line without them keeps what only fills).

    `seen` is None for the command line, which shows and writes the same plan.
    """

    choices: Mapping[int, Choice] = field(default_factory=dict)
    fields: Mapping[int, frozenset[str]] = field(default_factory=dict)
    seen: Mapping[int, Seen] | None = None

    def choice(self, row: Planned) -> Choice:
        """What becomes of a row."""
        return decided(self.choices.get(row.facts.line), row.outcome, certain=row.certain)

    def changes(self, row: Planned) -> tuple[Change, ...]:
        """The fields to write of a row that is a known partner."""
        wanted = accepted(row.changes, self.fields.get(row.facts.line))
        if self.seen is None:
            return wanted
        seen = self.seen.get(row.facts.line)
        like = row.target and (row.target.public_id or row.target.line)
        if seen is None or seen.like != like:
            return ()
        return tuple(one for one in wanted if (one.field, one.new) in seen.changes)


def _silent(_done: int) -> None:
    """Nobody watches."""


def commit(
    session: Session,
    planned: Plan,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    answers: Answers | None = None,
    watch: Callable[[int], None] = _silent,
) -> list[Written]:
    """
    Create the new ones as *vivier*, give known ones what was accepted, and note the import in the audit.

    What was written, in the order of the file. Nothing is caught here: whatever fails undoes the whole import. Raises
    SameSiret when somebody created one of them meanwhile, NotAllowed.
    """
    require(actor, Permission.PARTNER_IMPORT)
    writing = _Writing(session, planned, answers or Answers(), actor, now, key)
    for done, row in enumerate(planned.rows, start=1):
        writing.write(row)
        watch(done)
    totals = planned.totals
    told = ", ".join(f"{outcome.value} {totals[outcome]}" for outcome in Outcome)
    note(session, "import", object_type="partners", reason=f"{planned.file[:100]}: {told}")
    return writing.written()


@dataclass(slots=True)
class _Writing:
    session: Session
    planned: Plan
    answers: Answers
    actor: Actor
    now: datetime
    key: str
    made: list[Written] = field(default_factory=list)
    created: dict[int, Partner] = field(default_factory=dict)  # by identifier
    by_line: dict[int, Partner] = field(default_factory=dict)
    former: dict[int, tuple[int, Partner, dict[str, Any]]] = field(default_factory=dict)
    met: dict[int, set[str]] = field(default_factory=dict)

    def write(self, row: Planned) -> None:
        """Do with a row what was said of it."""
        choice = self.answers.choice(row)
        if row.outcome is Outcome.WRONG or choice is Choice.ASIDE:
            return
        if choice is Choice.OTHER:
            self._create(row)
        else:
            self._complete(row)

    def written(self) -> list[Written]:
        """Everything, follows and changed partners included."""
        changed = [Written(line, one.id, one, before) for line, one, before in self.former.values() if len(before) > 1]
        return [*self.made, *changed, *self._follows()]

    def _create(self, row: Planned) -> None:
        facts = row.facts
        follow = FollowData(stage=FollowStage.POOL, source=self.planned.file[:200], owner_id=facts.owner_id)
        data = data_of(facts)
        partner = partners.create(self.session, data, actor=self.actor, now=self.now, follow=follow, compared=True)
        self.created[partner.id] = self.by_line[facts.line] = partner
        self.made.append(Written(facts.line, partner.id, partner))
        if facts.person is not None:
            self._meet(partner, facts.line, facts.person, is_main=True)

    def _complete(self, row: Planned) -> None:
        target = row.target
        if target is None:
            return
        changes = self.answers.changes(row)
        partner = self.by_line.get(target.line) if target.line is not None else None
        if partner is None and target.public_id is not None and changes:
            partner = self.session.scalars(
                select(Partner)
                .where(Partner.public_id == target.public_id, Partner.binned_at.is_(None))
                .with_for_update()
                .execution_options(populate_existing=True)
            ).one_or_none()
        if partner is None:
            return
        self.by_line[row.facts.line] = partner
        # A file may say two things of one company: what an earlier row wrote is not written over unseen.
        kept = {one.field: one.new for one in changes if one.field != CONTACT and _text(partner, one.field) == one.old}
        if kept:
            self._change(partner, row.facts.line, kept)
        if row.facts.person is not None and any(one.field == CONTACT for one in changes):
            self._meet(partner, row.facts.line, row.facts.person, is_main=False)

    def _change(self, partner: Partner, line: int, kept: Mapping[str, str]) -> None:
        names = (*FIELDS, *_WITH_IT)
        then = {name: getattr(partner, name) for name in names}
        updated_at = partner.updated_at
        facts = {name: fact_of(name, text) for name, text in kept.items()}
        partners.set_facts(self.session, partner, facts, updated_at=self.now, actor=self.actor)
        if partner.id in self.created:
            return
        moved = {name: then[name] for name in names if getattr(partner, name) != then[name]}
        first = {"updated_at": updated_at.isoformat() if updated_at else None}
        _, _, before = self.former.setdefault(partner.id, (line, partner, first))
        for name, value in moved.items():
            before.setdefault(name, value)

    def _meet(self, partner: Partner, line: int, person: Person, *, is_main: bool) -> None:
        known = self.met.setdefault(partner.id, set())
        if known & marks_of(person):
            return
        known |= marks_of(person)
        data = ContactData(
            last_name=person.last_name,
            first_name=person.first_name,
            function=person.function,
            phone=person.phone or None,
            email=person.email or None,
            is_main=is_main,
        )
        contact: Contact = contacts.add_contact(
            self.session, partner, data, actor=self.actor, now=self.now, key=self.key
        )
        self.made.append(Written(line, partner.id, contact))

    def _follows(self) -> Iterator[Written]:
        """How the structure follows what was created."""
        lines = {one.partner_id: one.line for one in self.made if isinstance(one.row, Partner)}
        keys = sorted(lines)
        for start in range(0, len(keys), _AT_ONCE):
            statement = select(Follow).where(
                Follow.partner_id.in_(keys[start : start + _AT_ONCE]), Follow.structure_id == self.actor.structure_id
            )
            for row in self.session.scalars(statement):
                yield Written(lines[row.partner_id], row.partner_id, row)


def fact_of(name: str, text: str | None) -> Any:
    """A fact as its column holds it."""
    if name == "kind" and text:
        return PartnerKind(text)
    return text or None if name in {"siret", "siren", "phone", "email", "website", "commune_code"} else text or ""


def data_of(facts: Facts) -> partners.PartnerData:
    """The identity that a row says."""
    draft = facts.draft
    return partners.PartnerData(
        name=draft.name,
        kind=facts.kind,
        trade_name=draft.trade_name,
        siren=draft.siren,
        siret=draft.siret,
        street=draft.street,
        postal_code=draft.postal_code,
        city=draft.city,
        department=draft.department,
        phone=draft.phone or None,
        email=draft.email or None,
        website=draft.website or None,
        sector=facts.sector,
    )


def _text(partner: Partner, name: str) -> str:
    value = getattr(partner, name)
    return "" if value is None else str(value)
