"""Reads of conventions: each structure sees its own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts.models import Structure
from crm.audit.words import Reference
from crm.conventions.delegations import Delegation, read_kinds
from crm.conventions.enums import BINDING, CLOSED, ConventionKind, ConventionState, Side, Stage
from crm.conventions.lifecycle import SOON_MONTHS, Facts, state
from crm.conventions.models import ClauseTemplate, Convention, ConventionEdition, ConventionFile, SigningDelegation
from crm.conventions.terms import Terms, add_months
from crm.errors import NotFound
from crm.partners.models import Partner
from crm.partners.registry import Moment
from crm.partners.search import LIKE_ESCAPE, like_pattern, search_tokens
from crm.reminders.subjects import SubjectRef

#: Conventions of one page of the list.
SIZE = 50
#: The end of a convention that has none, for the order of the list.
FAR = date(9999, 12, 31)

_Next = aliased(Convention)
#: The first day of a signed renewal, and whether one is being written at all.
SUCCEEDED_ON = (
    select(func.min(_Next.starts_on))
    .where(_Next.renews_id == Convention.id, _Next.stage == Stage.SIGNED, _Next.binned_at.is_(None))
    .correlate(Convention)
    .scalar_subquery()
)
HAS_SUCCESSOR = (
    select(func.count())
    .where(_Next.renews_id == Convention.id, _Next.binned_at.is_(None))
    .correlate(Convention)
    .scalar_subquery()
)


def terms_of(convention: Convention) -> Terms | None:
    """The days of a convention; None before it has a first one."""
    if convention.starts_on is None:
        return None
    return Terms(
        starts_on=convention.starts_on,
        ends_on=convention.ends_on,
        tacit_months=convention.tacit_months,
        tacit_times=convention.tacit_times,
        notice_months=convention.notice_months,
    )


def facts_of(convention: Convention, succeeded_on: date | None, has_successor: bool) -> Facts:
    """What the rules need, of a convention read with its signatories."""
    people = convention.signatories
    return Facts(
        kind=convention.kind,
        stage=convention.stage,
        terms=terms_of(convention),
        purpose=convention.purpose,
        ours=sum(one.side is Side.OURS for one in people),
        theirs=sum(one.side is not Side.OURS for one in people),
        parties=len(people),
        signed=sum(one.signed_on is not None for one in people),
        terminated_on=convention.terminated_on,
        succeeded_on=succeeded_on,
        has_successor=has_successor,
    )


def _state(convention: Convention, succeeded_on: date | None, today: date) -> ConventionState:
    facts = Facts(
        kind=convention.kind,
        stage=convention.stage,
        terms=terms_of(convention),
        terminated_on=convention.terminated_on,
        succeeded_on=succeeded_on,
    )
    return state(facts, today)


def in_state(wanted: ConventionState, today: date) -> ColumnElement[bool]:
    """The condition that lifecycle.state() gives `wanted`; a test compares both."""
    writing = {
        ConventionState.DRAFT: Stage.DRAFT,
        ConventionState.IN_REVIEW: Stage.IN_REVIEW,
        ConventionState.TO_SIGN: Stage.TO_SIGN,
    }
    if wanted in writing:
        return Convention.stage == writing[wanted]
    signed = Convention.stage == Stage.SIGNED
    terminated = and_(Convention.terminated_on.is_not(None), Convention.terminated_on <= today)
    renewed = func.coalesce(today >= SUCCEEDED_ON, false())
    dated = Convention.starts_on.is_not(None)
    ended = and_(dated, Convention.final_on.is_not(None), Convention.final_on < today)
    to_come = and_(dated, Convention.starts_on > today)
    soon = or_(
        Convention.terminated_on.is_not(None),
        and_(Convention.final_on.is_not(None), Convention.final_on <= add_months(today, SOON_MONTHS)),
    )
    ending = and_(dated, soon)
    # In the order of the rule: what comes first is left out of what follows.
    steps: list[tuple[ConventionState, ColumnElement[bool]]] = [
        (ConventionState.TERMINATED, terminated),
        (ConventionState.RENEWED, renewed),
        (ConventionState.ENDED, ended),
        (ConventionState.SIGNED, to_come),
        (ConventionState.ENDING, ending),
    ]
    conditions = [signed]
    for name, condition in steps:
        if name is wanted:
            return and_(*conditions, condition)
        conditions.append(not_(func.coalesce(condition, false())))
    return and_(*conditions)


def get(
    session: Session, public_id: str, *, actor: Actor, for_update: bool = False, binned: bool = False
) -> Convention:
    """
    A convention of the actor's structure with its partner, people, promises, articles and days.

    Raises NotAllowed, NotFound: in the bin too unless `binned`, and when its partner is there.
    """
    require(actor, Permission.CONVENTION_READ)
    statement = (
        select(Convention)
        .join(Convention.partner)
        .where(
            Convention.public_id == public_id,
            Convention.structure_id == actor.structure_id,
            Partner.binned_at.is_(None),
        )
        .options(
            contains_eager(Convention.partner),
            joinedload(Convention.owner),
            selectinload(Convention.signatories),
            selectinload(Convention.commitments),
            selectinload(Convention.clauses),
            selectinload(Convention.dates),
        )
    )
    if not binned:
        statement = statement.where(Convention.binned_at.is_(None))
    if for_update:
        statement = statement.with_for_update(of=Convention).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


class Following(NamedTuple):
    """The renewal of a convention, signed or not; '' when there is none."""

    public_id: str
    starts_on: date | None
    is_signed: bool


def follower(session: Session, convention: Convention) -> Following | None:
    """Its renewal, if somebody wrote one; one that is signed first."""
    statement = (
        select(_Next.public_id, _Next.starts_on, _Next.stage)
        .where(_Next.renews_id == convention.id, _Next.binned_at.is_(None))
        .order_by(_Next.id)
    )
    found = [Following(row.public_id, row.starts_on, row.stage == Stage.SIGNED) for row in session.execute(statement)]
    return next((one for one in found if one.is_signed), found[0] if found else None)


def facts(session: Session, convention: Convention) -> Facts:
    """What the rules need, its renewal included. One query."""
    after = follower(session, convention)
    return facts_of(convention, after.starts_on if after and after.is_signed else None, after is not None)


def followed(session: Session, convention: Convention) -> tuple[str, str] | None:
    """Public identifier and title of the one that this one renews."""
    if convention.renews_id is None:
        return None
    statement = select(Convention.public_id, Convention.title).where(
        Convention.id == convention.renews_id, Convention.binned_at.is_(None)
    )
    row = session.execute(statement).first()
    return None if row is None else (row.public_id, row.title)


@dataclass(frozen=True, slots=True)
class Line:
    """A convention as lists show it."""

    id: int
    public_id: str
    title: str
    kind: ConventionKind
    state: ConventionState
    partner: str
    partner_public_id: str
    owner: str
    starts_on: date | None
    final_on: date | None
    binned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list keeps. `states` empty: those that are not over. `owner` is a user's number, 0 for nobody's."""

    states: frozenset[ConventionState] = frozenset()
    kind: ConventionKind | None = None
    owner: int | None = None
    words: str = ""
    binned: bool = False


def listed(
    session: Session, filters: Filters, *, actor: Actor, today: date, after: tuple[date, int] | None = None
) -> list[Line]:
    """The conventions kept by the filters, the first to end first: SIZE after the key and one more. One query."""
    require(actor, Permission.CONVENTION_READ)
    order = func.coalesce(Convention.final_on, FAR)
    statement = (
        select(Convention, SUCCEEDED_ON)
        .join(Convention.partner)
        .where(Convention.structure_id == actor.structure_id, Partner.binned_at.is_(None))
        .where(*_conditions(filters, today))
        .options(contains_eager(Convention.partner), joinedload(Convention.owner))
        .order_by(order, Convention.id)
        .limit(SIZE + 1)
    )
    if after is not None:
        end, key = after
        statement = statement.where(or_(order > end, and_(order == end, Convention.id > key)))
    return [_line(one, succeeded_on, today) for one, succeeded_on in session.execute(statement)]


def _conditions(filters: Filters, today: date) -> Iterable[ColumnElement[bool]]:
    yield Convention.binned_at.is_not(None) if filters.binned else Convention.binned_at.is_(None)
    if filters.states:
        yield or_(*(in_state(one, today) for one in sorted(filters.states)))
    elif not filters.binned:
        yield not_(or_(*(in_state(one, today) for one in sorted(CLOSED))))
    if filters.kind is not None:
        yield Convention.kind == filters.kind
    if filters.owner is not None:
        yield Convention.owner_id.is_(None) if filters.owner == 0 else Convention.owner_id == filters.owner
    for token in search_tokens(filters.words):
        yield Partner.search_key.like(like_pattern(token), escape=LIKE_ESCAPE)


def _line(one: Convention, succeeded_on: date | None, today: date) -> Line:
    return Line(
        one.id,
        one.public_id,
        one.title,
        one.kind,
        _state(one, succeeded_on, today),
        one.partner.name,
        one.partner.public_id,
        one.owner.name if one.owner else "",
        one.starts_on,
        one.final_on,
        one.binned_at,
    )


def of_partner(session: Session, partner_id: int, *, actor: Actor, today: date) -> list[Line]:
    """The conventions with one partner, those that still run first, then the latest. One query."""
    require(actor, Permission.CONVENTION_READ)
    statement = (
        select(Convention, SUCCEEDED_ON)
        .join(Convention.partner)
        .where(
            Convention.partner_id == partner_id,
            Convention.structure_id == actor.structure_id,
            Convention.binned_at.is_(None),
        )
        .options(contains_eager(Convention.partner), joinedload(Convention.owner))
        .order_by(Convention.id.desc())
        .limit(100)
    )
    lines = [_line(one, succeeded_on, today) for one, succeeded_on in session.execute(statement)]
    return sorted(lines, key=lambda line: line.state in CLOSED)


def binding(session: Session, partners: Collection[int], *, actor: Actor, today: date) -> dict[int, Line]:
    """
    For each of these partners (their numbers) with something signed that still binds, the one signed last.

    « Something signed » is a convention, a charter or any other kind, signed by everybody and neither over nor
    terminated. One query, whatever the number of partners.
    """
    require(actor, Permission.CONVENTION_READ)
    statement = (
        select(Convention, SUCCEEDED_ON)
        .join(Convention.partner)
        .where(
            Convention.partner_id.in_(partners),
            Convention.structure_id == actor.structure_id,
            Convention.binned_at.is_(None),
            or_(*(in_state(one, today) for one in sorted(BINDING))),
        )
        .options(contains_eager(Convention.partner), joinedload(Convention.owner))
        .order_by(Convention.signed_on, Convention.id)
    )
    return {one.partner_id: _line(one, succeeded_on, today) for one, succeeded_on in session.execute(statement)}


def structures_bound(session: Session, partners: Collection[int]) -> dict[int, set[int]]:
    """The structures that have a convention with each of these partners."""
    statement = select(Convention.partner_id, Convention.structure_id).where(
        Convention.partner_id.in_(partners), Convention.binned_at.is_(None)
    )
    found: dict[int, set[int]] = {}
    for row in session.execute(statement.distinct()):
        found.setdefault(row.partner_id, set()).add(row.structure_id)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A moment of a partner's story: a convention written, signed or terminated."""

    public_id: str
    title: str
    kind: ConventionKind
    what: str
    at: datetime


def moments(
    session: Session, partner_id: int, *, actor: Actor, before: tuple[datetime, int] | None, limit: int
) -> list[Moment]:
    """What happened to the conventions with a partner, the latest first. One query."""
    statement = select(Convention).where(
        Convention.partner_id == partner_id,
        Convention.structure_id == actor.structure_id,
        Convention.binned_at.is_(None),
    )
    found: list[Moment] = []
    for one in session.scalars(statement):
        told = [("created", one.created_at), ("signed", _noon(one.signed_on)), ("terminated", _noon(one.terminated_on))]
        found += [
            Moment(at, one.id * 3 + place, Told(one.public_id, one.title, one.kind, what, at))
            for place, (what, at) in enumerate(told)
            if at is not None
        ]
    found.sort(key=lambda moment: (moment.at, moment.key), reverse=True)
    return [moment for moment in found if before is None or (moment.at, moment.key) < before][:limit]


def _noon(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(12), tzinfo=UTC)


def templates(session: Session, *, actor: Actor, kind: ConventionKind | None = None) -> list[ClauseTemplate]:
    """The articles of the actor's structure, in order; those fit for one kind when it is given."""
    statement = (
        select(ClauseTemplate)
        .where(ClauseTemplate.structure_id == actor.structure_id)
        .order_by(ClauseTemplate.position, ClauseTemplate.id)
    )
    if kind is not None:
        statement = statement.where(or_(ClauseTemplate.kind.is_(None), ClauseTemplate.kind == kind))
    return list(session.scalars(statement))


def delegations(session: Session, *, actor: Actor) -> list[Delegation]:
    """The register of the actor's structure, as the rules read it."""
    statement = select(SigningDelegation).where(SigningDelegation.structure_id == actor.structure_id)
    return [
        Delegation(one.user_id, one.starts_on, one.ends_on, read_kinds(one.kinds)) for one in session.scalars(statement)
    ]


def editions(session: Session, convention: Convention) -> Sequence[ConventionEdition]:
    """The versions that were replaced, the latest first."""
    statement = select(ConventionEdition).where(ConventionEdition.convention_id == convention.id)
    return session.scalars(statement.order_by(ConventionEdition.number.desc())).all()


def files(session: Session, convention: Convention) -> Sequence[ConventionFile]:
    """The signed copies of a convention, the latest version first."""
    statement = (
        select(ConventionFile)
        .where(ConventionFile.convention_id == convention.id, ConventionFile.removed_at.is_(None))
        .order_by(ConventionFile.edition.desc(), ConventionFile.id)
    )
    return session.scalars(statement).all()


def structure_of(session: Session, actor: Actor) -> Structure:
    """The actor's structure. Raises NotFound for an actor without one."""
    structure = session.get(Structure, actor.structure_id) if actor.structure_id else None
    if structure is None:
        raise NotFound
    return structure


def subjects(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, SubjectRef]:
    """How the reminders name conventions: by their partner and title; out of sight, they are left out."""
    if not can(actor, Permission.CONVENTION_READ):
        return {}
    return {key: SubjectRef(one.label, one.endpoint, one.public_id) for key, one in _named(session, identifiers, actor)}


def told(session: Session, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
    """How the trail names conventions of the actor's structure."""
    return dict(_named(session, identifiers, actor)) if can(actor, Permission.CONVENTION_READ) else {}


def _named(session: Session, identifiers: Collection[int], actor: Actor) -> Iterable[tuple[int, Reference]]:
    statement = (
        select(Convention.id, Convention.title, Convention.public_id, Partner.name)
        .join(Partner, Partner.id == Convention.partner_id)
        .where(
            Convention.id.in_(identifiers),
            Convention.structure_id == actor.structure_id,
            Convention.binned_at.is_(None),
            Partner.binned_at.is_(None),
        )
    )
    for row in session.execute(statement):
        yield row.id, Reference(f"{row.name} · {row.title}", "conventions.show", row.public_id)
