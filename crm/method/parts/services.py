"""Writes of parts. The form gives values by column; who and what they name is checked here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, require
from crm.accounts import queries as accounts
from crm.errors import Conflict, NotAllowed
from crm.interactions.enums import InteractionKind
from crm.interactions.models import Interaction
from crm.method.enums import EvidenceKind
from crm.method.partnerships.models import Action, ActionFactor, IndicatorValue
from crm.method.parts.kinds import BELONGINGS, PartKind
from crm.method.parts.queries import MODELS, Place
from crm.partners.models import Contact
from crm.partners.refusals import FieldRefused
from crm.wording import N_

STALE_PART = N_("Cela a été modifié entre-temps.")
_NOT_OURS = N_("Cette personne n'est pas de votre structure.")
_NOT_THEIRS = N_("Cette personne n'est pas un contact de ce partenaire.")


def add(
    session: Session, kind: PartKind, place: Place, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Any:
    """
    Add a part to a project, or to one of its partnerships. `values` by column, as its form gives them.

    Raises NotAllowed, FieldRefused.
    """
    belonging = BELONGINGS[kind]
    require(actor, belonging.permission, structure_id=place.initiative.structure_id)
    if not (belonging.project if place.partnership is None else belonging.partnership):
        raise NotAllowed
    part = MODELS[kind](created_at=now)
    if hasattr(part, "initiative_id"):
        part.initiative_id = place.initiative.id
    if hasattr(part, "partnership_id"):
        part.partnership_id = place.partnership.id if place.partnership else None
    if hasattr(part, "author_id"):
        part.author_id = actor.user_id
    if kind is PartKind.ACTION:
        part.factors = []
    if kind is PartKind.INDICATOR:
        part.values = []
    _fill(session, part, place, values, actor)
    session.add(part)
    _worked_on(place, now)
    session.flush()
    return part


def amend(
    session: Session,
    kind: PartKind,
    part: Any,
    place: Place,
    values: Mapping[str, Any],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a part read with `for_update`. Raises NotAllowed, Conflict, FieldRefused."""
    require(actor, BELONGINGS[kind].permission, structure_id=place.initiative.structure_id)
    if hasattr(part, "version") and version != part.version:
        raise Conflict(STALE_PART, current=part.version)
    _fill(session, part, place, values, actor)
    _worked_on(place, now)
    session.flush()


def remove(session: Session, kind: PartKind, part: Any, place: Place, *, actor: Actor, now: datetime) -> None:
    """Take a part away. What it held is offered again at once by whoever shows it. Raises NotAllowed."""
    require(actor, BELONGINGS[kind].permission, structure_id=place.initiative.structure_id)
    session.delete(part)
    _worked_on(place, now)
    session.flush()


def _worked_on(place: Place, now: datetime) -> None:
    # Once is enough to know that somebody worked on it; more would make every open form of the card stale.
    card = place.partnership or place.initiative
    if card.updated_at is None:
        card.updated_at = now


def _fill(session: Session, part: Any, place: Place, values: Mapping[str, Any], actor: Actor) -> None:
    _check(session, part, place, values, actor)
    for name, value in values.items():
        if name == "factors" and isinstance(part, Action):
            _set_factors(part, value)
        elif name == "values":
            _set_values(part, value)
        else:
            setattr(part, name, value)


def _check(session: Session, part: Any, place: Place, values: Mapping[str, Any], actor: Actor) -> None:
    for name in ("ours_id", "owner_id"):
        key = values.get(name)
        if key is None or key == getattr(part, name):
            continue
        if key not in {one.id for one in accounts.colleagues(session, actor=actor)}:
            raise FieldRefused(_NOT_OURS, field=name)
    key = values.get("theirs_id")
    if key is not None and key != getattr(part, "theirs_id", None):
        partner_id = place.partnership.partner_id if place.partnership else None
        known = select(Contact.id).where(Contact.id == key, Contact.partner_id == partner_id)
        if session.scalar(known) is None:
            raise FieldRefused(_NOT_THEIRS, field="theirs_id")
    _check_exchange(session, part, place, values)


def _check_exchange(session: Session, part: Any, place: Place, values: Mapping[str, Any]) -> None:
    key = values.get("interaction_id")
    kind = None
    if key is not None:
        partner_id = place.partnership.partner_id if place.partnership else None
        statement = select(Interaction.kind).where(
            Interaction.id == key,
            Interaction.structure_id == place.initiative.structure_id,
            Interaction.binned_at.is_(None),
        )
        if partner_id is not None:
            statement = statement.where(Interaction.partner_id == partner_id)
        kind = session.scalar(statement)
        if kind is None:
            raise FieldRefused(N_("Cet échange n'est pas de ce partenaire."), field="interaction_id")
    if values.get("kind") is EvidenceKind.EMAIL and kind is not InteractionKind.EMAIL:
        raise FieldRefused(
            N_("Choisissez l'e-mail : notez-le d'abord comme un échange, et joignez-le."), field="interaction_id"
        )


def _set_factors(part: Any, wanted: Mapping[str, bool]) -> None:
    """`wanted`: each factor by its words, and whether it is met. Those unknown stay as they are."""
    known = {one.wording: one for one in part.factors}
    for wording, is_met in wanted.items():
        if wording in known:
            known[wording].is_met = is_met
        else:
            part.factors.append(ActionFactor(wording=wording, is_met=is_met))


def _set_values(part: Any, wanted: list[tuple[str, str]]) -> None:
    """`wanted`: (period, value) pairs, in order; those already there keep their note."""
    known = {(one.period, one.value): one for one in part.values}
    part.values = [
        known.get(pair) or IndicatorValue(period=pair[0], value=pair[1], created_at=part.created_at)
        for pair in dict.fromkeys(wanted)
    ]
