"""Writes of exchanges: log, plan, amend, cancel a meeting, to the bin and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from crm.access.policy import Actor, Permission, can, require
from crm.accounts import queries as accounts
from crm.errors import Conflict, DomainError, NotAllowed
from crm.interactions import grid
from crm.interactions.enums import MEETINGS, CallResult, Direction, InteractionKind, Nature, Purpose
from crm.interactions.models import GridAnswer, Interaction, Participant
from crm.interactions.sheets.queries import contacts_named, is_planned, may_change, public_ids_of
from crm.partners.models import Partner
from crm.reminders import services as reminders
from crm.reminders.models import Todo
from crm.wording import N_

LONGEST_REPORT = 4000  # characters, of the report and of the promises
LONGEST_PLACE = 200
LONGEST_MEETING = 24 * 60  # minutes
#: How far ahead a meeting is planned; beyond, a year was mistyped.
FARTHEST = timedelta(days=731)
#: How long an exchange in the bin may still be restored.
IN_THE_BIN = timedelta(days=30)
#: People and colleagues of one exchange.
MOST_PARTICIPANTS = 50


class UnclearInteraction(DomainError):
    """What is said of the exchange cannot stand. `field` names the part of InteractionData that is wrong."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What is to be done next, by the one who logs, on which day."""

    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionData:
    """
    An exchange as typed. `held_at` is aware; `contact` and `others` are public ids of people of the partner.

    `colleagues` are identifiers of people of the structure, besides the author; `answers` those of the grid.
    """

    kind: InteractionKind
    direction: Direction
    nature: Nature
    held_at: datetime
    report: str
    contact: str | None = None
    shared: bool = False
    follow_up: FollowUp | None = None
    duration_minutes: int | None = None
    place: str = ""
    purpose: Purpose | None = None
    result: CallResult | None = None
    promises: str = ""
    others: tuple[str, ...] = ()
    colleagues: tuple[int, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


def log(session: Session, partner: Partner, data: InteractionData, *, actor: Actor, now: datetime) -> Interaction:
    """
    Record an exchange of the actor's structure, or plan a meeting; and what follows: all, or nothing.

    Raises NotAllowed, UnclearInteraction, or reminders.services.UnclearTodo for the follow-up.
    """
    require(actor, Permission.INTERACTION_LOG)
    if actor.structure_id is None or actor.user_id is None:
        raise NotAllowed
    _check(data, now=now, was_empty=False)
    interaction = Interaction(
        structure_id=actor.structure_id, partner_id=partner.id, author_id=actor.user_id, created_at=now
    )
    interaction.participants, interaction.answers = [], []
    _fill(session, interaction, data, actor)
    session.add(interaction)
    session.flush()
    if data.follow_up is not None:
        reminders.plan(
            session,
            what=data.follow_up.what,
            due_on=data.follow_up.due_on,
            assignee_id=actor.user_id,
            partner_id=partner.id,
            actor=actor,
            now=now,
        )
    return interaction


def amend(
    session: Session,
    interaction: Interaction,
    data: InteractionData,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Change an exchange that sheets.queries.get() has locked; `data.follow_up` is not looked at.

    Raises NotAllowed, UnclearInteraction, or Conflict when it changed since the form was opened.
    """
    require_change(interaction, actor)
    if version != interaction.version:
        raise Conflict(N_("Cet échange a changé entre-temps."), current=interaction.version)
    _check(data, now=now, was_empty=not interaction.report)
    _fill(session, interaction, data, actor)
    interaction.updated_at = now
    session.flush()


def cancel(session: Session, interaction: Interaction, *, actor: Actor, now: datetime) -> bool:
    """
    A meeting that did not or will not take place; whether this call said so.

    Raises NotAllowed, or UnclearInteraction for what is no meeting or was held and written down.
    """
    require_change(interaction, actor)
    if interaction.cancelled_at is not None:
        return False
    if interaction.kind not in MEETINGS or (interaction.report and not is_planned(interaction, now)):
        raise UnclearInteraction(N_("Cet échange a eu lieu : il ne s'annule pas, il se modifie."), field="held_at")
    interaction.cancelled_at = interaction.updated_at = now
    session.flush()
    return True


def uncancel(session: Session, interaction: Interaction, *, actor: Actor, now: datetime) -> bool:
    """The meeting stands again; whether this call said so. Raises NotAllowed."""
    require_change(interaction, actor)
    if interaction.cancelled_at is None:
        return False
    interaction.cancelled_at, interaction.updated_at = None, now
    session.flush()
    return True


def to_bin(session: Session, interaction: Interaction, *, actor: Actor, now: datetime) -> bool:
    """To the bin; whether this call did it. What was planned after it stays. Raises NotAllowed."""
    require_change(interaction, actor)
    if interaction.binned_at is not None:
        return False
    interaction.binned_at, interaction.binned_by_id = now, actor.user_id
    session.flush()
    return True


def restore(session: Session, interaction: Interaction, *, actor: Actor) -> bool:
    """Out of the bin; whether this call did it. Raises NotAllowed."""
    require_change(interaction, actor)
    if interaction.binned_at is None:
        return False
    interaction.binned_at, interaction.binned_by_id = None, None
    session.flush()
    return True


def purge(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Forget for good exchanges that stayed 30 days in the bin, one by one so that each has its line of audit."""
    old = select(Interaction).where(Interaction.binned_at < now - IN_THE_BIN).order_by(Interaction.id).limit(limit)
    old = old.options(selectinload(Interaction.participants), selectinload(Interaction.answers))
    interactions = session.scalars(old).all()
    for interaction in interactions:
        session.delete(interaction)
    session.flush()
    return len(interactions)


def take_back(session: Session, interaction: Interaction, todo: Todo | None, *, actor: Actor, now: datetime) -> None:
    """
    Undo a call noted in one tap: to the bin with it, and the todo written with it, if it still is as it was.

    Raises NotAllowed.
    """
    to_bin(session, interaction, actor=actor, now=now)
    written_together = (
        todo is not None
        and todo.created_at == interaction.created_at
        and todo.partner_id == interaction.partner_id
        and todo.created_by_id == interaction.author_id
        and todo.version == 1
    )
    if written_together:
        session.delete(todo)
        session.flush()


def require_change(interaction: Interaction, actor: Actor) -> None:
    """Raise NotAllowed for an exchange that the actor may not change."""
    if not may_change(interaction, actor):
        raise NotAllowed(N_("Cet échange a été noté par quelqu'un d'autre : demandez-lui de le modifier."))


def _check(data: InteractionData, *, now: datetime, was_empty: bool) -> None:
    """Raise UnclearInteraction for what cannot stand. `was_empty`: an empty report was accepted before."""
    planned = data.held_at > now
    if planned and data.kind not in MEETINGS:
        raise UnclearInteraction(
            N_("Cet échange est dans le futur : il se note une fois qu'il a eu lieu."), field="held_at"
        )
    if data.held_at > now + FARTHEST:
        raise UnclearInteraction(
            N_("Cette date est trop loin dans le futur : deux ans à l'avance au plus."), field="held_at"
        )
    needs_none = planned or data.result is not None or (was_empty and data.kind in MEETINGS)
    if not data.report.strip() and not needs_none:
        raise UnclearInteraction(N_("À remplir : notez au moins une ligne."), field="report")
    if data.result is not None and data.kind is not InteractionKind.CALL:
        raise UnclearInteraction(N_("Seul un appel a ce résultat : choisissez « Appel »."), field="result")
    _check_sizes(data)


def _check_sizes(data: InteractionData) -> None:
    for name, text in (("report", data.report), ("promises", data.promises)):
        if len(text.strip()) > LONGEST_REPORT:
            raise UnclearInteraction(N_("Trop long : 4 000 caractères au plus."), field=name)
    if len(data.place.strip()) > LONGEST_PLACE:
        raise UnclearInteraction(N_("Trop long : 200 caractères au plus."), field="place")
    if data.duration_minutes is not None and not 0 < data.duration_minutes <= LONGEST_MEETING:
        raise UnclearInteraction(
            N_("La durée se compte en minutes, de 1 à 1 440 (24 heures)."), field="duration_minutes"
        )
    if len(data.others) + len(data.colleagues) > MOST_PARTICIPANTS:
        raise UnclearInteraction(N_("Trop de participants : 50 au plus."), field="others")
    if any(len(answer) > grid.LONGEST_ANSWER for answer in data.answers.values()):
        raise UnclearInteraction(N_("Trop long : 2 000 caractères au plus par réponse."), field="answers")


def _fill(session: Session, interaction: Interaction, data: InteractionData, actor: Actor) -> None:
    interaction.kind, interaction.direction, interaction.nature = data.kind, data.direction, data.nature
    interaction.held_at, interaction.shared = data.held_at, data.shared
    interaction.report, interaction.promises = data.report.strip(), data.promises.strip()
    interaction.duration_minutes, interaction.place = data.duration_minutes, data.place.strip()
    interaction.purpose, interaction.result = data.purpose, data.result
    with session.no_autoflush:  # one flush, one version
        _set_people(session, interaction, data, actor)
    _set_answers(interaction, data.answers)


def _set_people(session: Session, interaction: Interaction, data: InteractionData, actor: Actor) -> None:
    if not can(actor, Permission.CONTACT_READ):
        # Who may not read contacts chose none: those already there stay.
        if data.contact or data.others:
            raise NotAllowed
        met = [one.contact_id for one in interaction.participants if one.contact_id is not None]
    else:
        before = _named_before(session, interaction)
        asked = [public_id for public_id in (data.contact, *data.others) if public_id]
        known = before | contacts_named(session, interaction.partner_id, asked)
        if data.contact and data.contact not in known:
            raise UnclearInteraction(N_("Cette personne n'est pas un contact de ce partenaire."), field="contact")
        if any(one not in known for one in data.others):
            raise UnclearInteraction(N_("Cette personne n'est pas un contact de ce partenaire."), field="others")
        interaction.contact_id = known[data.contact] if data.contact else None
        met = [known[one] for one in data.others if known[one] != interaction.contact_id]
    present = {one.user_id for one in interaction.participants if one.user_id is not None}
    ours = {colleague.id for colleague in accounts.colleagues(session, actor=actor)} if data.colleagues else set()
    if not set(data.colleagues) <= ours | present:
        raise UnclearInteraction(N_("Cette personne n'est pas de votre structure."), field="colleagues")
    wanted: list[tuple[int | None, int | None]] = [(key, None) for key in dict.fromkeys(met)]
    wanted += [(None, key) for key in dict.fromkeys(data.colleagues) if key != interaction.author_id]
    kept = {(one.contact_id, one.user_id): one for one in interaction.participants}
    interaction.participants = [kept.get(pair) or Participant(contact_id=pair[0], user_id=pair[1]) for pair in wanted]


def _named_before(session: Session, interaction: Interaction) -> dict[str, int]:
    """Who this exchange already names stays there, wherever they are now."""
    ids = {one.contact_id for one in interaction.participants} | {interaction.contact_id}
    return public_ids_of(session, {key for key in ids if key is not None})


def _set_answers(interaction: Interaction, answers: Mapping[str, str]) -> None:
    unknown = [one for one in interaction.answers if one.question not in grid.KEYS]
    kept = {one.question: one for one in interaction.answers}
    said = {key: text for key in grid.KEYS if (text := answers.get(key, "").strip())}
    for key, text in said.items():
        if key in kept:
            kept[key].answer = text
    interaction.answers = unknown + [kept.get(key) or GridAnswer(question=key, answer=said[key]) for key in said]
