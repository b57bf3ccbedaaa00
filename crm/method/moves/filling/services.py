"""
Writes of what a move lacked, proof by proof, in the transaction of the move: all, or nothing.

`values` are those of the small form, by the names of asking.FIELDS. What is not filled in is left alone.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.access.policy import Actor, Permission, require
from crm.accounts import queries as accounts
from crm.interactions import services as interactions
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.method.enums import (
    ActionKind,
    ActionState,
    BudgetSide,
    EvidenceKind,
    FindingKind,
    IndicatorNature,
    ListeningKind,
    Proof,
)
from crm.method.models import Initiative, Partnership
from crm.method.moves.queries import Card
from crm.method.parts import services as parts
from crm.method.parts.kinds import PartKind
from crm.method.parts.queries import Place
from crm.method.projects import services as projects
from crm.method.projects.models import Strategy, StrategyAction
from crm.partners.contacts import services as contacts
from crm.partners.contacts.services import ContactData
from crm.partners.enums import ContactRole, FollowStage, NeedKind, Willingness
from crm.partners.follow import services as follows
from crm.partners.follow.services import FollowData
from crm.partners.models import Partner
from crm.partners.needs import services as needs
from crm.partners.needs.services import NeedData
from crm.partners.queries import follow_of
from crm.partners.refusals import FieldRefused
from crm.wording import N_


@dataclass(frozen=True, slots=True)
class Filling:
    """Where and by whom something is filled in. `key` is the installation's secret, for a contact that is made."""

    session: Session
    card: Card
    values: Mapping[str, Any]
    actor: Actor
    now: datetime
    key: str

    @property
    def today(self) -> date:
        """The day of the move."""
        return clock.day_of(self.now)

    @property
    def place(self) -> Place:
        """Where a part goes."""
        if isinstance(self.card, Partnership):
            return Place(self.card.initiative, self.card)
        return Place(self.card, None)

    def text(self, name: str) -> str:
        """A text of the form, '' when it was not typed."""
        return str(self.values.get(name) or "")

    def day(self, name: str) -> date:
        """A day of the form, today when it was not typed."""
        found: date | None = self.values.get(name)
        return found or self.today

    def add(self, part: PartKind, /, **values: Any) -> None:
        """Add a part to the card."""
        parts.add(self.session, part, self.place, values, actor=self.actor, now=self.now)


def fill(filling: Filling, proofs: Collection[Proof]) -> None:
    """Write what was filled in for these proofs. Raises FieldRefused and what each service raises."""
    require(filling.actor, Permission.PROJECT_EDIT, structure_id=filling.card.structure_id)
    for proof in Proof:
        if proof in proofs and proof in _WAYS:
            _WAYS[proof](filling)
    filling.session.flush()


def _project(filling: Filling) -> Initiative:
    card = filling.card
    return card.initiative if isinstance(card, Partnership) else card


def _partnership(filling: Filling) -> Partnership:
    if not isinstance(filling.card, Partnership):
        raise TypeError("this proof is of a partnership")
    return filling.card


def _perimeter(filling: Filling) -> None:
    if sector := filling.text("sector"):
        _project(filling).sector = sector


def _pilot(filling: Filling) -> None:
    if filling.text("pilot"):
        _project(filling).pilot_id = _colleague(filling, "pilot")


def _colleague(filling: Filling, name: str) -> int:
    key = int(filling.text(name))
    if key not in {one.id for one in accounts.colleagues(filling.session, actor=filling.actor)}:
        raise FieldRefused(N_("Cette personne n'est pas de votre structure."), field=name)
    return key


def _finding(kind: FindingKind) -> Callable[[Filling], None]:
    def write(filling: Filling) -> None:
        name = kind.value
        if wording := filling.text(name):
            source = filling.text(f"{name}_source")
            filling.add(PartKind.FINDING, kind=kind, wording=wording, source=source, found_on=filling.today)

    return write


def _listening(filling: Filling) -> None:
    if who := filling.text("listening"):
        filling.add(PartKind.LISTENING, kind=ListeningKind.INTERVIEW, who=who, held_on=filling.day("listening_on"))


def _debated(filling: Filling) -> None:
    if who := filling.text("debated_with"):
        day = filling.day("debated_on")
        projects.write_debate(filling.session, _project(filling), day, who, actor=filling.actor, now=filling.now)


def _pre_project(filling: Filling) -> None:
    typed = {name: filling.text(name) for name in ("offer", "difference", "resources") if filling.text(name)}
    if typed:
        strategy = _strategy(filling)
        for name, text in typed.items():
            setattr(strategy, name, text)


def _strategy(filling: Filling) -> Strategy:
    key = _project(filling).id
    found = filling.session.scalars(select(Strategy).where(Strategy.initiative_id == key)).one_or_none()
    if found is None:
        found = Strategy(initiative_id=key)
        filling.session.add(found)
    return found


def _aimed(filling: Filling) -> None:
    if not (kind := filling.text("aimed")):
        return
    key = _project(filling).id
    known = filling.session.scalars(
        select(StrategyAction).where(StrategyAction.initiative_id == key, StrategyAction.kind == ActionKind(kind))
    ).one_or_none()
    if known is None:
        filling.session.add(StrategyAction(initiative_id=key, kind=ActionKind(kind), priority=1))
    else:
        known.priority = 1


def _approved(filling: Filling) -> None:
    if who := filling.text("approved_by"):
        day = filling.day("approved_on")
        projects.approve(filling.session, _project(filling), day, who, actor=filling.actor, now=filling.now)


def _met(filling: Filling) -> None:
    if not (report := filling.text("report")):
        return
    noon = datetime.combine(filling.day("met_on"), time(12), tzinfo=clock.PARIS)
    if filling.day("met_on") > filling.today:
        raise FieldRefused(N_("Cette date est à venir."), field="met_on")
    interactions.log(
        filling.session,
        _partnership(filling).partner,
        interactions.InteractionData(
            kind=InteractionKind.VISIT,
            direction=Direction.OURS,
            nature=Nature.FOLLOW_UP,
            held_at=min(noon, filling.now),
            report=report,
        ),
        actor=filling.actor,
        now=filling.now,
    )


def _decider(filling: Filling) -> None:
    if name := filling.text("decider"):
        first, _, last = name.rpartition(" ")
        data = ContactData(
            last_name=last, first_name=first, function=filling.text("decider_function"), role=ContactRole.DECIDER
        )
        contacts.add_contact(
            filling.session,
            _partnership(filling).partner,
            data,
            actor=filling.actor,
            now=filling.now,
            key=filling.key,
        )


def _need(filling: Filling) -> None:
    if wording := filling.text("need"):
        kind = NeedKind(filling.text("need_kind") or NeedKind.HR)
        data = NeedData(kind=kind, wording=wording)
        needs.add_need(filling.session, _partnership(filling).partner, data, actor=filling.actor, now=filling.now)


def _willing(filling: Filling) -> None:
    if not (said := filling.text("willingness")):
        return
    session, partner = filling.session, _partnership(filling).partner
    session.scalars(select(Partner.id).where(Partner.id == partner.id).with_for_update()).one()
    known = follow_of(session, partner, actor=filling.actor, for_update=True)
    data = FollowData(
        stage=known.stage if known and known.stage is not FollowStage.POOL else FollowStage.FOLLOWED,
        owner_id=known.owner_id if known else filling.actor.user_id,
        willingness=Willingness(said),
        paused_until=known.paused_until if known else None,
    )
    follows.keep(session, partner, known, data, actor=filling.actor, now=filling.now)


def _roadmap(filling: Filling) -> None:
    if what := filling.text("what"):
        ours = int(filling.text("ours")) if filling.text("ours") else filling.actor.user_id
        filling.add(PartKind.ROADMAP, what=what, ours_id=ours, due_on=filling.values.get("due_on"))


def _budget(filling: Filling) -> None:
    if filling.values.get("without_budget"):
        _partnership(filling).without_budget = True
    elif wording := filling.text("cost"):
        cents = filling.values.get("amount")
        filling.add(PartKind.BUDGET, side=BudgetSide.COST, wording=wording, planned_cents=cents)


def _agreed(filling: Filling) -> None:
    if who := filling.text("agreed_by"):
        card = _partnership(filling)
        if filling.day("agreed_on") > filling.today:
            raise FieldRefused(N_("Cette date est à venir."), field="agreed_on")
        card.agreed_by, card.agreed_on = who, filling.day("agreed_on")


def _signed(filling: Filling) -> None:
    if not (kind := filling.text("signed_kind")):
        return
    exchange = filling.text("signed_exchange")
    try:
        filling.add(
            PartKind.EVIDENCE,
            kind=EvidenceKind(kind),
            signed_on=filling.day("signed_on"),
            note=filling.text("signed_note"),
            interaction_id=int(exchange) if exchange else None,
        )
    except FieldRefused as refusal:
        raise FieldRefused(refusal.message, field="signed_exchange") from None


def _pilots(filling: Filling) -> None:
    card = _partnership(filling)
    if filling.text("our_pilot"):
        card.our_pilot_id = _colleague(filling, "our_pilot")
    if name := filling.text("their_pilot"):
        card.their_pilot = name


def _indicator(filling: Filling) -> None:
    if wording := filling.text("indicator"):
        filling.add(
            PartKind.INDICATOR,
            wording=wording,
            nature=IndicatorNature.QUANTITATIVE,
            target=filling.text("indicator_target"),
        )


def _launched(filling: Filling) -> None:
    if title := filling.text("launched"):
        filling.add(
            PartKind.ACTION,
            kind=ActionKind(filling.text("launched_kind")),
            title=title,
            state=ActionState.LAUNCHED,
            launched_on=filling.day("launched_on"),
            owner_id=filling.actor.user_id,
        )


_WAYS: dict[Proof, Callable[[Filling], None]] = {
    Proof.PERIMETER: _perimeter,
    Proof.PILOT: _pilot,
    Proof.OPPORTUNITY: _finding(FindingKind.OPPORTUNITY),
    Proof.THREAT: _finding(FindingKind.THREAT),
    Proof.LISTENING: _listening,
    Proof.STRENGTH: _finding(FindingKind.STRENGTH),
    Proof.WEAKNESS: _finding(FindingKind.WEAKNESS),
    Proof.DEBATED: _debated,
    Proof.PRE_PROJECT: _pre_project,
    Proof.PRIORITY_ACTION: _aimed,
    Proof.APPROVED: _approved,
    Proof.MEETING: _met,
    Proof.DECIDER: _decider,
    Proof.NEED: _need,
    Proof.WILLING: _willing,
    Proof.ROADMAP: _roadmap,
    Proof.BUDGET: _budget,
    Proof.AGREEMENT: _agreed,
    Proof.SIGNED: _signed,
    Proof.PILOTS: _pilots,
    Proof.INDICATOR: _indicator,
    Proof.LAUNCHED: _launched,
}
