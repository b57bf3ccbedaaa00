"""Writes of the undo of an import: remember what was written, ask for the undo, do it in one transaction."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor
from crm.audit.services import note
from crm.errors import Conflict, DomainError, NotAllowed
from crm.imports.commit import Written, fact_of
from crm.imports.enums import ImportState
from crm.imports.models import Import, ImportChange
from crm.imports.undoing import queries
from crm.imports.undoing.marks import KEPT, mark, marks
from crm.imports.undoing.summary import Counts, Reason
from crm.interactions.models import Interaction
from crm.partners import services as partners
from crm.partners.models import Contact, Follow, Partner
from crm.wording import N_

#: Imports whose changes are forgotten at once.
MOST_FORGOTTEN = 50
_STALE = N_("Cet import a avancé entre-temps : regardez où il en est.")
_SENTENCES = {
    Reason.NOT_DONE: N_("Cet import n'a rien écrit : il n'y a rien à annuler."),
    Reason.TOO_OLD: N_("Cet import a plus de 90 jours : il ne s'annule plus."),
    Reason.BEFORE: N_("Cet import a été fait avant que l'application sache les annuler."),
    Reason.NOT_YOURS: N_("Seules la personne qui a fait cet import et la direction peuvent l'annuler."),
    Reason.NOTHING: N_("Il n'y a rien à annuler : tout a été modifié, ou a servi, depuis l'import."),
}


class CannotUndo(DomainError):
    """The undo is refused; the sentence says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


def sentence(reason: Reason) -> str:
    """Why not, in French, to be translated."""
    return _SENTENCES[reason]


def remember(session: Session, one: Import, written: Sequence[Written]) -> None:
    """Keep what the import wrote, flushed already, so that it can be undone."""
    watched = queries.watched_columns()
    one.watched = json.dumps(watched)
    for item in written:
        change = ImportChange(import_id=one.id, line=item.line, partner_id=item.partner_id)
        if item.before is None:
            column = queries.CREATED[type(item.row)].key
            setattr(change, column, item.row.id)
            values = queries.values_of(item.row, watched[item.row.__tablename__])
            change.after = mark(values, salt=one.public_id)
        else:
            values_now = {name: getattr(item.row, name) for name in item.before if name != "updated_at"}
            change.before = json.dumps(item.before, default=str)
            change.after = json.dumps(marks(values_now, salt=one.public_id))
        session.add(change)
    session.flush()


def ask(session: Session, one: Import, *, version: int | None, actor: Actor, now: datetime) -> None:
    """Have a locked import undone. Raises CannotUndo, Conflict, NotAllowed for who may not."""
    refuse(one, actor=actor, now=now)
    if version != one.version:
        raise Conflict(_STALE, current=one.version)
    if not queries.plan(session, one, actor=actor).counts.undone:
        raise CannotUndo(Reason.NOTHING)
    one.state, one.undone_by_id, one.lease_until, one.attempt, one.error = (
        ImportState.UNDOING,
        actor.user_id,
        None,
        0,
        "",
    )
    session.flush()


def refuse(one: Import, *, actor: Actor, now: datetime) -> None:
    """Raise CannotUndo for an import that cannot be undone at all, NotAllowed for who may not."""
    reason = queries.refusal(one, actor=actor, now=now)
    if reason is Reason.NOT_YOURS:
        raise NotAllowed(_SENTENCES[reason])
    if reason is not None:
        raise CannotUndo(reason)


def undo(
    session: Session, one: Import, *, actor: Actor, now: datetime, watch: Callable[[int], None] = lambda _done: None
) -> Counts:
    """
    Take back what nobody touched since, one row after the other so that each has its line of audit.

    For who holds the import's row. Everything goes by one transaction, with the state that says so. Raises NotAllowed.
    """
    if not queries.may_undo(actor, one):
        raise NotAllowed(_SENTENCES[Reason.NOT_YOURS])
    plan = queries.plan(session, one, actor=actor, for_update=True)
    done = 0
    for model in (Interaction, Contact, Follow, Partner):
        for row in plan.rows[model]:
            session.delete(row)
            done += 1
            watch(done)
        session.flush()
    for partner, change, before in plan.given_back:
        _give_back(session, partner, change, before, actor)
        done += 1
        watch(done)
    counts = plan.counts
    totals = json.loads(one.totals or "{}")
    # What is undone in two goes is counted together.
    earlier = Counts.of_totals(totals).as_totals()
    fresh = counts.as_totals()
    one.totals = json.dumps(totals | {name: fresh[name] + earlier[name] for name in fresh} | {"undo_left": counts.left})
    one.state, one.undone_at, one.lease_until, one.attempt = ImportState.UNDONE, now, None, 0
    note(
        session,
        "import.undo",
        object_type="partners",
        reason=f"{one.file_name[:100]}: partners {counts.partners}, contacts {counts.contacts}, "
        f"exchanges {counts.exchanges}, updated {counts.updated}, left {counts.left}",
    )
    session.flush()
    return counts


def forget(session: Session, *, now: datetime) -> int:
    """Forget what imports older than 90 days wrote: they can no longer be undone; how many imports."""
    concerned = select(ImportChange.import_id).where(ImportChange.import_id == Import.id).exists()
    old = session.scalars(
        select(Import.id).where(Import.done_at <= now - KEPT, concerned).order_by(Import.id).limit(MOST_FORGOTTEN)
    ).all()
    session.execute(delete(ImportChange).where(ImportChange.import_id.in_(old)))
    return len(old)


def _give_back(session: Session, partner: Partner, change: ImportChange, before: dict[str, Any], actor: Actor) -> None:
    kept = json.loads(change.before)
    everything = kept.keys() - {"updated_at"} == before.keys()
    then = kept.get("updated_at")
    # Nobody touched it: it is as it was, day of the last change included.
    updated_at = (datetime.fromisoformat(then) if then else None) if everything else partner.updated_at
    facts = {name: fact_of(name, text) for name, text in before.items()}
    partners.set_facts(session, partner, facts, updated_at=updated_at, actor=actor)
    change.undone = True
