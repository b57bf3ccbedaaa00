"""Reads of imports, and in whose name one is made."""

import json
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from crm.access.policy import Actor, Permission, require
from crm.accounts.models import Membership, Structure, User
from crm.errors import NotFound
from crm.imports.enums import Choice
from crm.imports.models import Import, ImportChoice
from crm.imports.proposals import FIELDS, Held
from crm.imports.staged import StagedRow, load_rows
from crm.partners.models import Contact, Partner, PartnerChannel
from crm.partners.reference.models import Commune
from crm.partners.search import fold

_AT_ONCE = 5_000
#: How many imports the first page shows.
LATEST = 20


def get(session: Session, public_id: str, *, actor: Actor, for_update: bool = False) -> Import:
    """The import of that public id in the actor's structure, with its plan. Raises NotFound."""
    require(actor, Permission.PARTNER_IMPORT)
    statement = (
        select(Import)
        .where(Import.public_id == public_id, Import.structure_id == actor.structure_id)
        .options(undefer(Import.plan))
    )
    one = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if one is None:
        raise NotFound
    return one


def report_of(session: Session, one: Import) -> str:
    """The report of an import that is done, as CSV."""
    return session.scalar(select(Import.report).where(Import.id == one.id)) or ""


def latest(session: Session, *, actor: Actor) -> list[tuple[Import, str]]:
    """The latest imports of the structure, each with the name of its author, '' for the command line."""
    require(actor, Permission.PARTNER_IMPORT)
    statement = (
        select(Import, User.first_name, User.last_name)
        .outerjoin(User, User.id == Import.author_id)
        .where(Import.structure_id == actor.structure_id)
        .order_by(Import.id.desc())
        .limit(LATEST)
    )
    return [(one, f"{first or ''} {last or ''}".strip()) for one, first, last in session.execute(statement)]


def choices(session: Session, import_id: int) -> dict[int, Choice]:
    """What was said of doubtful rows, by line."""
    statement = select(ImportChoice.line, ImportChoice.choice).where(ImportChoice.import_id == import_id)
    return {row.line: row.choice for row in session.execute(statement)}


def targets(session: Session, import_id: int) -> dict[int, str]:
    """Which of those that it resembles a row is, where it was said not to be the likeliest, by line."""
    statement = select(ImportChoice.line, ImportChoice.target).where(
        ImportChoice.import_id == import_id, ImportChoice.choice == Choice.SAME, ImportChoice.target.is_not(None)
    )
    return {row.line: row.target for row in session.execute(statement)}


def fields_ticked(session: Session, import_id: int) -> dict[int, frozenset[str]]:
    """The fields that somebody ticked or unticked, by line; lines of which nobody said anything are left out."""
    statement = select(ImportChoice.line, ImportChoice.fields).where(
        ImportChoice.import_id == import_id, ImportChoice.fields.is_not(None)
    )
    return {row.line: frozenset(json.loads(row.fields)) for row in session.execute(statement)}


def staged_rows(session: Session, import_id: int) -> list[StagedRow]:
    """What the screen showed of each row."""
    said = targets(session, import_id)
    rows = load_rows(session.scalar(select(Import.plan).where(Import.id == import_id)))
    return [row.as_said(said.get(row.line)) for row in rows]


def values_of(session: Session, one: Import) -> str | None:
    """The values to review of an import, as JSON."""
    return session.scalar(select(Import.seen_values).where(Import.id == one.id))


def held(session: Session, public_ids: Collection[str]) -> dict[str, Held]:
    """What these partners hold, with their people and other phones. Three queries for 5,000 partners."""
    found: dict[str, Held] = {}
    wanted = sorted(public_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        partners = session.scalars(select(Partner).where(Partner.public_id.in_(some))).all()
        keys = [one.id for one in partners]
        people: dict[int, set[str]] = defaultdict(set)
        met = select(Contact.partner_id, Contact.first_name, Contact.last_name, Contact.email)
        for row in session.execute(met.where(Contact.partner_id.in_(keys))):
            people[row.partner_id] |= {fold(f"{row.first_name} {row.last_name}"), (row.email or "").casefold()} - {""}
        phones: dict[int, set[str]] = defaultdict(set)
        lines = select(PartnerChannel.partner_id, PartnerChannel.value)
        for line in session.execute(lines.where(PartnerChannel.partner_id.in_(keys))):
            phones[line.partner_id].add(line.value)
        for one in partners:
            facts = {name: str(value) for name in FIELDS if (value := getattr(one, name))}
            found[one.public_id] = Held(facts=facts, people=frozenset(people[one.id]), phones=frozenset(phones[one.id]))
    return found


def known_towns(session: Session, keys: Collection[str]) -> set[str] | None:
    """Those of these folded names that a commune bears; None when the reference is not loaded."""
    if session.scalar(select(Commune.id).limit(1)) is None:
        return None
    wanted, found = sorted(keys), set()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        found |= set(session.scalars(select(Commune.sort_key).where(Commune.sort_key.in_(some))))
    return found


def actor_by_id(session: Session, user_id: int, *, structure_id: int) -> Actor | None:
    """The active person with their roles in that structure; None when there is none."""
    return _actor(session, User.id == user_id, structure_id)


def actor_by_email(session: Session, email: str, *, structure_id: int) -> Actor | None:
    """The active person of that e-mail with their roles in that structure; None when there is none."""
    return _actor(session, User.email == email.strip().lower(), structure_id)


def _actor(session: Session, who: ColumnElement[bool], structure_id: int) -> Actor | None:
    rows = session.execute(
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(who, User.active, Membership.structure_id == structure_id)
    ).all()
    if not rows:
        return None
    user = rows[0][0]
    return Actor(user.id, user.name, structure_id, frozenset(role for _, role in rows))


def wait_for_other_imports(session: Session) -> None:
    """
    Hold the structures until the transaction ends, so that imports follow one another.

    SQLite has one writer anyway. Rows that refer to a structure can be written meanwhile.
    """
    session.execute(select(Structure.id).order_by(Structure.id).with_for_update(key_share=True))
