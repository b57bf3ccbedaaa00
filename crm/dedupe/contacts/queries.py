"""Reads of contacts that may be one person. Constant numbers of queries."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select, tuple_
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.dedupe.contacts.likeness import Person, keys
from crm.dedupe.contacts.models import ContactDecision, ContactKey, ContactPair, WaitingContact
from crm.dedupe.pairs.enums import Answer, Heap
from crm.dedupe.sorting import queries as sorting
from crm.partners.enums import ChannelKind
from crm.partners.models import Contact, Partner
from crm.sentences import Sentence

#: Pairs of a page.
SIZE = 25
MOST_COUNTED = 99
#: A key that more share tells nothing; of a company with more contacts, the latest ones are compared.
_CROWD = 50

_First, _Second = aliased(Contact), aliased(Contact)
_FirstAt, _SecondAt = aliased(Partner), aliased(Partner)


@dataclass(frozen=True, slots=True)
class Known:
    """A live contact, ready to be compared."""

    id: int
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    Who looks at a pair (`by`, '' for nobody and for the actor), and what was said of it: `answer` with `seen`, its
    version (0 for none); `has_changed`: it no longer holds.
    """

    by: str
    answer: Answer | None = None
    seen: int = 0
    note: str = ""
    assignee: str = ""
    has_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A pair as the list shows it."""

    id: int
    first: Contact
    second: Contact
    is_likely: bool
    has_moved: bool
    reasons: tuple[Sentence, ...]
    said: Said


def live() -> Select[int]:
    """The identifiers of the contacts that people see."""
    return (
        select(Contact.id)
        .join(Partner, Partner.id == Contact.partner_id)
        .where(Contact.binned_at.is_(None), Partner.binned_at.is_(None))
    )


def people(session: Session, identifiers: Collection[int]) -> dict[int, Known]:
    """These contacts ready to be compared, those in the bin left out. Two queries."""
    if not identifiers:
        return {}
    statement = (
        select(Contact)
        .where(Contact.id.in_(identifiers), Contact.id.in_(live()))
        .options(selectinload(Contact.channels))
        .execution_options(populate_existing=True)
    )
    return {one.id: Known(one.id, person_of(one)) for one in session.scalars(statement)}


def person_of(contact: Contact) -> Person:
    """A contact read with its channels, as the rules read it."""
    phones = [contact.phone, *(one.value for one in contact.channels if one.kind is ChannelKind.PHONE)]
    emails = [contact.email, *(one.value for one in contact.channels if one.kind is ChannelKind.EMAIL)]
    return Person(
        first_name=contact.first_name,
        last_name=contact.last_name,
        phones=frozenset(phone for phone in phones if phone),
        emails=frozenset(email for email in emails if email),
        company=contact.partner_id,
    )


def candidates(session: Session, one: Known) -> set[int]:
    """Who shares a key with this contact, or works in the same company. Two queries."""
    colleagues = (
        select(Contact.id)
        .where(Contact.partner_id == one.person.company, Contact.binned_at.is_(None))
        .order_by(Contact.id.desc())
        .limit(_CROWD)
    )
    found = set(session.scalars(colleagues))
    wanted = sorted(keys(one.person))
    if wanted:
        shared = select(ContactKey.contact_id).where(tuple_(ContactKey.kind, ContactKey.value).in_(wanted))
        found |= set(session.scalars(shared.order_by(ContactKey.contact_id).limit(_CROWD * len(wanted))))
    return found - {one.id}


def mark_of(first: Person, second: Person) -> str:
    """Sixteen hexadecimal digits that change with what the rules read of either."""
    text = json.dumps(
        [
            [one.first_name, one.last_name, sorted(one.phones), sorted(one.emails), one.company]
            for one in (first, second)
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def find(
    session: Session, public_ids: Sequence[str], *, actor: Actor, for_update: bool = False
) -> tuple[ContactPair, Contact, Contact] | None:
    """The pair of these two live contacts, in the order of their identifiers; None when they are no pair."""
    require(actor, Permission.DUPLICATE_DECIDE)
    require(actor, Permission.CONTACT_READ)
    wanted = list(dict.fromkeys(public_ids))
    if len(wanted) != 2:
        return None
    both = select(Contact).where(Contact.public_id.in_(wanted), Contact.id.in_(live())).order_by(Contact.id)
    if for_update:
        both = both.with_for_update(of=Contact).execution_options(populate_existing=True)
    contacts = session.scalars(both).all()
    if len(contacts) != 2:
        return None
    first, second = contacts
    statement = select(ContactPair).where(ContactPair.first_id == first.id, ContactPair.second_id == second.id)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    pair = session.scalars(statement).one_or_none()
    return None if pair is None else (pair, first, second)


def decision_of(session: Session, pair: ContactPair, *, for_update: bool = False) -> ContactDecision | None:
    """What was said of a pair, whether it still holds or not."""
    statement = select(ContactDecision).where(
        ContactDecision.first_id == pair.first_id, ContactDecision.second_id == pair.second_id
    )
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def answered(session: Session, public_ids: Sequence[str], *, actor: Actor) -> ContactDecision | None:
    """What was said of these two contacts, whether they still are a pair or not; locked."""
    require(actor, Permission.DUPLICATE_DECIDE)
    require(actor, Permission.CONTACT_READ)
    keys = session.scalars(select(Contact.id).where(Contact.public_id.in_(public_ids)).order_by(Contact.id)).all()
    if len(keys) != 2:
        return None
    statement = select(ContactDecision).where(ContactDecision.first_id == keys[0], ContactDecision.second_id == keys[1])
    return session.scalars(statement.with_for_update()).one_or_none()


def reasons_of(pair: ContactPair) -> tuple[Sentence, ...]:
    """Why the two resemble each other."""
    return tuple(Sentence(msgid) for msgid in json.loads(pair.reasons))


def lines(
    session: Session, *, actor: Actor, now: datetime, heap: Heap = Heap.OPEN, after: tuple[int, int] | None = None
) -> list[Line]:
    """The pairs of a heap, the likely ones first: SIZE of them, and one more when there are more. Two queries."""
    require(actor, Permission.DUPLICATE_DECIDE)
    require(actor, Permission.CONTACT_READ)
    statement = _pairs(actor, heap).order_by(*_place()).limit(SIZE + 1)
    if after is not None:
        statement = statement.where(tuple_(*_place()) > tuple_(*after))
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    return [
        Line(
            id=pair.id,
            first=first,
            second=second,
            is_likely=pair.is_likely,
            has_moved=pair.has_moved,
            reasons=reasons_of(pair),
            said=_told(pair, decision, people, actor, now),
        )
        for pair, first, second, decision in session.execute(statement)
    ]


def told(session: Session, pair: ContactPair, *, actor: Actor, now: datetime) -> Said:
    """Who looks at a pair, and what was said of it. Two queries."""
    people = {one.id: one.name for one in colleagues(session, actor=actor)}
    return _told(pair, decision_of(session, pair), people, actor, now)


def _told(
    pair: ContactPair, decision: ContactDecision | None, people: Mapping[int, str], actor: Actor, now: datetime
) -> Said:
    by = sorting.claimed_by(pair, people, actor, now)
    if decision is None:
        return Said(by=by)
    ours = decision.structure_id == actor.structure_id
    return Said(
        by=by,
        answer=decision.answer,
        seen=decision.version,
        note=decision.note if ours else "",
        assignee=people.get(decision.assignee_id or 0, "") if ours else "",
        has_changed=decision.answer in sorting.LATEST and decision.mark != pair.mark,
    )


def next_free(session: Session, *, actor: Actor, now: datetime) -> tuple[str, str] | None:
    """The first pair to be sorted that nobody else looks at."""
    require(actor, Permission.DUPLICATE_DECIDE)
    require(actor, Permission.CONTACT_READ)
    free = sorting.is_free(ContactPair, actor, now)
    row = session.execute(_pairs(actor, Heap.OPEN).where(free).order_by(*_place()).limit(1)).first()
    return (row[1].public_id, row[2].public_id) if row else None


def counts(session: Session, *, actor: Actor) -> dict[Heap, int]:
    """How many pairs of each heap, MOST_COUNTED and one at most. Three queries."""
    return {heap: count(session, actor=actor, heap=heap) for heap in Heap}


def count(session: Session, *, actor: Actor, heap: Heap = Heap.OPEN) -> int:
    """How many pairs a heap has, MOST_COUNTED and one at most."""
    require(actor, Permission.DUPLICATE_DECIDE)
    pairs = _pairs(actor, heap).with_only_columns(ContactPair.id, maintain_column_froms=True)
    return session.scalar(select(func.count()).select_from(pairs.limit(MOST_COUNTED + 1).subquery())) or 0


def is_waiting(session: Session) -> bool:
    """Whether contacts are still to be compared."""
    return session.scalars(select(WaitingContact.id).limit(1)).first() is not None


def _place() -> tuple[Any, ...]:
    return case((ContactPair.is_likely, 0), else_=1), ContactPair.id


def _pairs(actor: Actor, heap: Heap) -> Select[ContactPair, Contact, Contact, ContactDecision]:
    decided = and_(
        ContactDecision.first_id == ContactPair.first_id,
        ContactDecision.second_id == ContactPair.second_id,
    )
    return (
        select(ContactPair, _First, _Second, ContactDecision)
        .join(_First, _First.id == ContactPair.first_id)
        .join(_Second, _Second.id == ContactPair.second_id)
        .join(_FirstAt, _FirstAt.id == _First.partner_id)
        .join(_SecondAt, _SecondAt.id == _Second.partner_id)
        .outerjoin(ContactDecision, decided)
        .where(
            _First.binned_at.is_(None),
            _Second.binned_at.is_(None),
            _FirstAt.binned_at.is_(None),
            _SecondAt.binned_at.is_(None),
            sorting.is_in(heap, actor.structure_id, ContactPair, ContactDecision),
        )
        .options(
            contains_eager(_First.partner.of_type(_FirstAt)),
            contains_eager(_Second.partner.of_type(_SecondAt)),
        )
    )
