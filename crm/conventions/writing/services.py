"""
Writes of the text of a convention.

Each write goes through `_writing`: when somebody has signed and what was signed changes, the text as it was becomes an
earlier version, and everybody signs again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.accounts.queries import colleagues
from crm.conventions import editions, queries
from crm.conventions.editions import ClauseText, Content, Party, Promise
from crm.conventions.enums import ConventionKind, DateKind, Move, Side
from crm.conventions.lifecycle import refusals, stage_after_edit
from crm.conventions.models import (
    Clause,
    Commitment,
    Convention,
    ConventionDate,
    ConventionEdition,
    Signatory,
)
from crm.conventions.refusals import (
    END_BEFORE_START,
    END_WITHOUT_START,
    NO_NAME,
    STALE,
    STRANGER,
    TACIT_WITHOUT_END,
    TIMES_WITHOUT_MONTHS,
    ConventionRefused,
    MoveRefused,
)
from crm.conventions.terms import final_end, length, period_end, term_at
from crm.errors import Conflict, NotAllowed
from crm.interactions.sheets.queries import Person, people_of
from crm.partners.models import Partner


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionData:
    """What the form of a convention gives. Months and euros are whole, never below 0."""

    kind: ConventionKind
    title: str
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    tacit_months: int = 0
    tacit_times: int | None = None
    notice_months: int = 0
    amount_asked: int | None = None
    amount_granted: int | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryLine:
    """Somebody who signs: a colleague, a contact of the partner, or a name. `public_id` names one already there."""

    side: Side
    name: str = ""
    capacity: str = ""
    user_id: int | None = None
    contact: str = ""
    public_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentLine:
    """A promise of one side."""

    side: Side
    wording: str
    due_on: date | None = None
    public_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """A review, an application or a report, for a day."""

    kind: DateKind
    due_on: date
    public_id: str = ""


def create(session: Session, partner: Partner, data: ConventionData, *, actor: Actor, now: datetime) -> Convention:
    """
    Begin a convention with a partner, with a copy of the structure's articles for that kind.

    Who may sign for us and the partner's decision-maker are proposed by the form of signatories, not here.
    Raises ConventionRefused, NotAllowed.
    """
    require(actor, Permission.CONVENTION_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    convention = Convention(
        structure_id=actor.structure_id, partner_id=partner.id, created_at=now, created_by_id=actor.user_id
    )
    _fill(session, convention, data, actor)
    for place, one in enumerate(queries.templates(session, actor=actor, kind=data.kind)):
        convention.clauses.append(Clause(title=one.title, text=one.text, position=place))
    session.add(convention)
    session.flush()
    return convention


def update(
    session: Session, convention: Convention, data: ConventionData, *, version: int | None, actor: Actor, now: datetime
) -> bool:
    """Change a convention read with `for_update`; whether it made a new version. Raises Conflict, ConventionRefused."""
    with _writing(session, convention, version=version, actor=actor, now=now) as made:
        _fill(session, convention, data, actor)
    return made.edition


def set_signatories(
    session: Session,
    convention: Convention,
    lines: Sequence[SignatoryLine],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Say who signs; whether that made a new version. Raises Conflict, ConventionRefused."""
    ours = {one.id: one.name for one in colleagues(session, actor=actor)}
    also = [one.contact_id for one in convention.signatories if one.contact_id is not None]
    theirs = {one.public_id: one for one in people_of(session, convention.partner_id, actor=actor, also=also)}
    known = {one.public_id: one for one in convention.signatories}
    with _writing(session, convention, version=version, actor=actor, now=now) as made:
        kept = []
        for place, line in enumerate(lines):
            one = known.get(line.public_id) or Signatory()
            _fill_signatory(one, line, ours, theirs)
            one.position = place
            kept.append(one)
        convention.signatories = kept
    return made.edition


def _fill_signatory(one: Signatory, line: SignatoryLine, ours: dict[int, str], theirs: dict[str, Person]) -> None:
    if line.user_id is not None and line.user_id not in ours and line.user_id != one.user_id:
        raise ConventionRefused(STRANGER)
    if line.contact and line.contact not in theirs:
        raise ConventionRefused(STRANGER)
    person = theirs.get(line.contact)
    name = line.name
    if line.user_id is not None:
        name = ours.get(line.user_id, one.name)
    elif person is not None:
        name = person.name
    if not name.strip():
        raise ConventionRefused(NO_NAME)
    one.side, one.name, one.user_id = line.side, name, line.user_id
    one.contact_id = person.id if person is not None else None
    one.capacity = line.capacity or (person.function if person is not None else "")


def set_commitments(
    session: Session,
    convention: Convention,
    lines: Sequence[CommitmentLine],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Say what each side promises; one already kept stays so. Whether that made a new version. Raises Conflict."""
    known = {one.public_id: one for one in convention.commitments}
    with _writing(session, convention, version=version, actor=actor, now=now) as made:
        kept = []
        for place, line in enumerate(lines):
            one = known.get(line.public_id) or Commitment()
            one.side, one.wording, one.due_on, one.position = line.side, line.wording, line.due_on, place
            kept.append(one)
        convention.commitments = kept
    return made.edition


def set_clauses(
    session: Session,
    convention: Convention,
    clauses: Sequence[ClauseText],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Write the articles anew; whether that made a new version. Raises Conflict."""
    with _writing(session, convention, version=version, actor=actor, now=now) as made:
        for place, text in enumerate(clauses):
            if place == len(convention.clauses):
                convention.clauses.append(Clause())
            one = convention.clauses[place]
            one.title, one.text, one.position = text.title, text.text, place
        del convention.clauses[len(clauses) :]
    return made.edition


def set_dates(
    session: Session,
    convention: Convention,
    lines: Sequence[DateLine],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Plan reviews and reports. They are ours: no new version comes of it. Raises Conflict."""
    known = {one.public_id: one for one in convention.dates}
    with _writing(session, convention, version=version, actor=actor, now=now) as made:
        kept = []
        for line in lines:
            one = known.get(line.public_id) or ConventionDate()
            one.kind, one.due_on = line.kind, line.due_on
            kept.append(one)
        convention.dates = kept
    return made.edition


def renew(session: Session, convention: Convention, *, actor: Actor, now: datetime, today: date) -> Convention:
    """
    Write the one that follows: the same text from the day after, for the same time, nobody having signed.

    Of a convention read with `for_update`. Raises MoveRefused, NotAllowed.
    """
    require(actor, Permission.CONVENTION_EDIT, structure_id=convention.structure_id)
    if reasons := refusals(Move.RENEW, queries.facts(session, convention), today, actor.permissions):
        raise MoveRefused(reasons)
    starts_on, ends_on = _next_days(convention, today)
    following = Convention(
        structure_id=convention.structure_id,
        partner_id=convention.partner_id,
        renews_id=convention.id,
        created_at=now,
        created_by_id=actor.user_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    for name in ("kind", "title", "purpose", "tacit_months", "tacit_times", "notice_months", "owner_id"):
        setattr(following, name, getattr(convention, name))
    terms = queries.terms_of(following)
    following.final_on = final_end(terms) if terms else None
    following.clauses = [Clause(title=one.title, text=one.text, position=one.position) for one in convention.clauses]
    following.commitments = [
        Commitment(side=one.side, wording=one.wording, position=one.position) for one in convention.commitments
    ]
    following.signatories = [
        Signatory(
            side=one.side,
            name=one.name,
            capacity=one.capacity,
            user_id=one.user_id,
            contact_id=one.contact_id,
            position=one.position,
        )
        for one in convention.signatories
    ]
    session.add(following)
    session.flush()
    return following


def _next_days(convention: Convention, today: date) -> tuple[date, date | None]:
    terms = queries.terms_of(convention)
    term = term_at(terms, today) if terms else None
    if terms is None or term is None or terms.ends_on is None or term.ends_on == date.max:
        return today, None
    starts_on = term.ends_on + timedelta(days=1)
    months = length(terms.starts_on, terms.ends_on)
    return starts_on, period_end(starts_on, months) if months else starts_on + (terms.ends_on - terms.starts_on)


@dataclass(slots=True)
class _Made:
    edition: bool = False


@contextmanager
def _writing(
    session: Session, convention: Convention, *, version: int | None, actor: Actor, now: datetime
) -> Iterator[_Made]:
    """Let the text change, then keep what it was if somebody had signed it. Raises Conflict, NotAllowed."""
    require(actor, Permission.CONVENTION_EDIT, structure_id=convention.structure_id)
    if version != convention.version:
        raise Conflict(STALE, current=convention.version)
    before, made = content_of(convention), _Made()
    yield made
    signed = sum(1 for party in before.signatories if party.signed_on)
    if signed and not editions.same_text(before, content_of(convention)):
        convention.stage, made.edition = stage_after_edit(convention.stage, signed)
        session.add(
            ConventionEdition(
                convention_id=convention.id,
                number=convention.edition,
                content=editions.write(before),
                replaced_at=now,
                replaced_by_id=actor.user_id,
            )
        )
        convention.edition += 1
        convention.signed_on = None
        for one in convention.signatories:
            one.signed_on = None
    convention.updated_at = now  # so that a change of lines alone makes a new version of the row
    session.flush()


def content_of(convention: Convention) -> Content:
    """What is signed of a convention read with its lines."""
    return Content(
        kind=convention.kind,
        title=convention.title,
        purpose=convention.purpose,
        starts_on=_text(convention.starts_on),
        ends_on=_text(convention.ends_on),
        tacit_months=convention.tacit_months,
        tacit_times=convention.tacit_times,
        notice_months=convention.notice_months,
        amount_granted=convention.amount_granted,
        clauses=tuple(ClauseText(one.title, one.text) for one in convention.clauses),
        commitments=tuple(Promise(one.side, one.wording, _text(one.due_on)) for one in convention.commitments),
        signatories=tuple(
            Party(one.side, one.name, one.capacity, _text(one.signed_on)) for one in convention.signatories
        ),
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _fill(session: Session, convention: Convention, data: ConventionData, actor: Actor) -> None:
    if data.ends_on is not None:
        if data.starts_on is None:
            raise ConventionRefused(END_WITHOUT_START, "starts_on")
        if data.ends_on < data.starts_on:
            raise ConventionRefused(END_BEFORE_START, "ends_on")
    if data.tacit_months and data.ends_on is None:
        raise ConventionRefused(TACIT_WITHOUT_END, "tacit_months")
    if data.tacit_times is not None and not data.tacit_months:
        raise ConventionRefused(TIMES_WITHOUT_MONTHS, "tacit_times")
    if data.owner_id is not None and data.owner_id != convention.owner_id:
        known = {one.id for one in colleagues(session, actor=actor, able=Permission.CONVENTION_READ)}
        if data.owner_id not in known:
            raise ConventionRefused(STRANGER, "owner")
    for name, value in asdict(data).items():
        setattr(convention, name, value)
    convention.tacit_months, convention.notice_months = data.tacit_months or 0, data.notice_months or 0
    terms = queries.terms_of(convention)
    convention.final_on = final_end(terms) if terms else None
