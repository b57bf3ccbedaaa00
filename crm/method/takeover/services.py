"""Writes of partners taken over at once under the portfolio, and their undo."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import DomainError, NotAllowed
from crm.method import services as projects
from crm.method.enums import MoveKind
from crm.method.gates import Asked
from crm.method.models import Partnership
from crm.method.moves import services as moves
from crm.partners.bulk.planning import Target
from crm.partners.bulk.services import Undone
from crm.partners.listing.enums import BulkKind
from crm.partners.listing.models import BulkAction, BulkChange
from crm.wording import N_

#: Partners of one reprise: each has its line of history.
MOST = 500


def take_over(
    session: Session,
    targets: Sequence[Target],
    *,
    step: int,
    on: date,
    owner_id: int | None,
    actor: Actor,
    now: datetime,
) -> tuple[BulkAction, int]:
    """
    Take these partners over under the portfolio, at one step; the action, and how many partnerships it began.

    Raises NotAllowed, MoveRefused, DomainError for none, or too many.
    """
    require(actor, Permission.PROJECT_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    if len(targets) > MOST:
        raise DomainError(N_("%(most)s partenaires au plus à la fois : resserrez la liste par un filtre."), most=MOST)
    portfolio = projects.portfolio(session, actor=actor, now=now)
    asked = Asked(MoveKind.TAKEN_OVER, step, taken_over_on=on)
    keys = [one.partner_id for one in targets]
    cards = moves.take_over_many(session, portfolio, keys, asked, owner_id=owner_id, actor=actor, now=now)
    if not cards:
        raise DomainError(N_("Ces partenaires sont déjà dans le portefeuille : il n'y a rien à reprendre."))
    action = BulkAction(structure_id=actor.structure_id, author_id=actor.user_id, kind=BulkKind.TAKE_OVER, done_at=now)
    session.add(action)
    session.flush()
    session.add_all(
        BulkChange(
            action_id=action.id, partner_id=card.partner_id, before="{}", after=json.dumps({"partnership": card.id})
        )
        for card in cards
    )
    session.flush()
    return action, len(cards)


def undo(session: Session, action: BulkAction, *, actor: Actor, now: datetime) -> Undone:
    """
    Take the entries back, but those on which somebody worked or that moved since. The action is locked.

    Raises NotAllowed, DomainError when it is undone already.
    """
    require(actor, Permission.PROJECT_EDIT, structure_id=action.structure_id)
    if action.undone_at is not None:
        raise DomainError(N_("Cette action est déjà annulée."))
    changes = session.scalars(select(BulkChange).where(BulkChange.action_id == action.id)).all()
    keys = [json.loads(one.after)["partnership"] for one in changes]
    statement = select(Partnership).where(Partnership.id.in_(keys)).order_by(Partnership.id).with_for_update()
    taken_back = 0
    for card in session.scalars(statement).all():
        # Its version tells that nothing happened to it since it entered.
        if card.version == 1:
            moves.undo_last(session, card, version=None, actor=actor, now=now)
            taken_back += 1
    action.undone_at = now
    session.flush()
    return Undone(taken_back, len(changes) - taken_back)
