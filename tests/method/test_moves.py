"""Moves written to the database: what is looked at, what is kept, what is refused, what is undone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from crm.access.policy import Role
from crm.conventions.enums import ConventionKind
from crm.db import db
from crm.dedupe.merging import conflicts
from crm.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.interactions.enums import InteractionKind
from crm.method import queries, services
from crm.method.enums import (
    ActionKind,
    ActionState,
    BudgetSide,
    CardState,
    EvidenceKind,
    Facet,
    FindingKind,
    Heading,
    IndicatorNature,
    ListeningKind,
    MoveKind,
    Outcome,
    PlaceKind,
    Proof,
    Weight,
)
from crm.method.gates import Asked, asked_proofs
from crm.method.guide.models import GateRule
from crm.method.models import Initiative, Partnership, Transition, TransitionProof
from crm.method.moves import queries as known
from crm.method.moves import services as moves
from crm.method.partnerships import services as partnerships
from crm.method.partnerships.models import Action, BudgetLine, Evidence, Indicator, RoadmapItem
from crm.method.projects.models import Finding, Listening, Strategy, StrategyAction
from crm.method.proofs import partnership_proofs, project_proofs
from crm.method.refusals import AlreadyPartners, MoveRefused, ProofsLacking
from crm.method.services import InitiativeData, Place
from crm.partners.bin.keeping import held_by
from crm.partners.enums import ContactRole, NeedKind, Willingness
from crm.partners.models import Need
from tests.counting import statements

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
ON = Asked(MoveKind.FORWARD, 5, accepts=True)
ENTER = Asked(MoveKind.ENTERED, 4, accepts=True)


@pytest.fixture
def dev(make):
    return make.user()


@pytest.fixture
def actor(make, dev):
    return make.actor(dev)


def project(make, actor, title="Bâtiment au sud", **values):
    with make.transaction(actor, NOW) as session:
        return services.create(session, InitiativeData(title=title, **values), actor=actor, now=NOW).public_id


def enter(make, actor, initiative, partner, asked=ENTER):
    with make.transaction(actor, NOW) as session:
        card = moves.enter(
            session,
            queries.get_initiative(session, initiative, actor=actor, for_update=True),
            partner,
            asked,
            owner_id=actor.user_id,
            actor=actor,
            now=NOW,
        )
        return card.public_id


def go(make, actor, public_id, asked, *, version=None, now=NOW, get=queries.get_partnership):
    with make.transaction(actor, now) as session:
        card = get(session, public_id, actor=actor, for_update=True)
        return moves.move(session, card, asked, version=version, actor=actor, now=now).id


def undo(make, actor, public_id, get=queries.get_partnership, now=NOW):
    with make.transaction(actor, now) as session:
        moves.undo_last(
            session, get(session, public_id, actor=actor, for_update=True), version=None, actor=actor, now=now
        )


def test_a_project_goes_through_its_three_steps_as_its_parts_are_written(make, actor, dev, session):
    """Each part written adds exactly its proofs; nothing but the parts is looked at."""
    public_id = project(make, actor)
    key = session.scalars(select(Initiative.id)).one()

    def present():
        with make.transaction(actor, NOW) as reading:
            return project_proofs(known.project_facts(reading, reading.get(Initiative, key)))

    def outside(kind, **values):
        return Finding(initiative_id=key, kind=kind, wording="x", created_at=NOW, **values)

    assert present() == set()
    with make.transaction(actor, NOW) as writing:
        data = InitiativeData(title="Bâtiment", places=(Place(PlaceKind.COMMUNE, "Antony", "92002"),), pilot_id=dev.id)
        found = queries.get_initiative(writing, public_id, actor=actor, for_update=True)
        services.amend(writing, found, data, version=found.version, actor=actor, now=NOW)
    assert present() == {Proof.PERIMETER, Proof.PILOT}
    make.add(outside(FindingKind.OPPORTUNITY, heading=Heading.ECONOMIC))
    assert Proof.OPPORTUNITY not in present()  # no source
    make.add(outside(FindingKind.OPPORTUNITY, heading=Heading.ECONOMIC, source="INSEE"))
    make.add(outside(FindingKind.THREAT, heading=Heading.SOCIAL, source="DREETS"))
    make.add(Listening(initiative_id=key, kind=ListeningKind.INTERVIEW, held_on=TODAY, who="la mairie", created_at=NOW))
    assert present() == set(asked_proofs(True, 1, 2))
    go(make, actor, public_id, Asked(MoveKind.FORWARD, 2), get=queries.get_initiative)
    make.add(outside(FindingKind.STRENGTH, facet=Facet.VALUES))
    make.add(outside(FindingKind.WEAKNESS, facet=Facet.COMMERCIAL))
    with make.transaction(actor, NOW) as writing:
        found = writing.get(Initiative, key)
        found.debated_on, found.debated_with = TODAY, "le conseil d'administration"
    assert present() == set(asked_proofs(True, 1, 3))
    go(make, actor, public_id, Asked(MoveKind.FORWARD, 3), get=queries.get_initiative)
    make.add(
        Strategy(
            initiative_id=key, offer="o", difference="d", resources="r", approved_by="le bureau", approved_on=TODAY
        )
    )
    make.add(StrategyAction(initiative_id=key, kind=ActionKind.FORUM))
    assert Proof.PRIORITY_ACTION not in present()  # nobody ranked it
    make.add(StrategyAction(initiative_id=key, kind=ActionKind.VISIT, priority=1))
    assert present() == set(asked_proofs(True, 1, 4))
    go(make, actor, public_id, Asked(MoveKind.FORWARD, 4), get=queries.get_initiative)
    assert session.scalars(select(Initiative.step)).one() == 4
    assert session.scalars(select(TransitionProof)).all() == []


def test_a_partnership_gathers_its_proofs(make, actor, dev, session):
    public_id, partner = project(make, actor), make.partner()
    card = enter(make, actor, public_id, partner)
    key = session.scalars(select(Partnership.id)).one()
    initiative = session.scalars(select(Initiative.id)).one()

    def present():
        with make.transaction(actor, NOW) as reading:
            one = reading.get(Partnership, key)
            [facts] = known.partnership_facts(reading, [one], structure_id=one.structure_id, now=NOW)
            return partnership_proofs(facts)

    assert present() == set()
    for values in (
        {"kind": InteractionKind.CALL},
        {"kind": InteractionKind.VISIT, "report": ""},
        {"kind": InteractionKind.VISIT, "cancelled_at": NOW},
        {"kind": InteractionKind.VISIT, "binned_at": NOW},
        {"kind": InteractionKind.APPOINTMENT, "held_at": NOW + timedelta(days=1)},
        {"kind": InteractionKind.VISIT, "structure": make.structure()},
    ):
        make.interaction(partner, dev, **values)
    assert present() == set()  # none of these is a meeting of ours that was held and told
    make.interaction(partner, dev)
    make.contact(partner, role=ContactRole.DECIDER, left_on=TODAY)
    make.contact(partner, role=ContactRole.OPERATIONAL)
    assert present() == {Proof.MEETING}
    contact = make.contact(partner, role=ContactRole.DECIDER)
    make.add(
        Need(structure_id=make.home.id, partner_id=partner.id, kind=NeedKind.HR, wording="deux postes", created_at=NOW)
    )
    make.follow(partner, willingness=Willingness.INTERESTED)
    assert present() == set(asked_proofs(False, 4, 5))
    go(make, actor, card, Asked(MoveKind.FORWARD, 5))
    make.add(RoadmapItem(partnership_id=key, what="x", due_on=TODAY, created_at=NOW))
    assert Proof.ROADMAP not in present()  # nobody does it
    make.add(RoadmapItem(partnership_id=key, what="x", due_on=TODAY, ours_id=dev.id, created_at=NOW))
    make.add(
        BudgetLine(initiative_id=initiative, partnership_id=key, side=BudgetSide.COST, wording="x", created_at=NOW)
    )
    with make.transaction(actor, NOW) as writing:
        one = writing.get(Partnership, key)
        one.agreed_by_id, one.agreed_on = contact.id, TODAY
    assert present() == set(asked_proofs(False, 4, 6))
    go(make, actor, card, Asked(MoveKind.FORWARD, 6))
    make.add(Evidence(partnership_id=key, kind=EvidenceKind.QUOTE, signed_on=TODAY, created_at=NOW))
    with make.transaction(actor, NOW) as writing:
        one = writing.get(Partnership, key)
        one.our_pilot_id, one.their_pilot_id = dev.id, contact.id
    counts = IndicatorNature.QUANTITATIVE
    make.add(Indicator(initiative_id=initiative, wording="embauches", nature=counts, created_at=NOW))
    action = {"initiative_id": initiative, "partnership_id": key, "kind": ActionKind.VISIT, "title": "Visite"}
    make.add(Action(**action, created_at=NOW))
    assert Proof.LAUNCHED not in present()  # planned only
    make.add(Action(**action, state=ActionState.LAUNCHED, created_at=NOW))
    assert present() == set(asked_proofs(False, 4, 7))
    go(make, actor, card, Asked(MoveKind.FORWARD, 7))
    assert [one.outcome for one in session.scalars(select(TransitionProof))] == [Outcome.WARNED]  # the entrance


def test_what_lacked_is_kept_for_ever(make, actor, session):
    card = enter(make, actor, project(make, actor), make.partner())
    with pytest.raises(ProofsLacking) as refused:
        go(make, actor, card, Asked(MoveKind.FORWARD, 5))
    assert {one.proof for one in refused.value.verdict.missing} == set(asked_proofs(False, 4, 5))
    go(make, actor, card, Asked(MoveKind.FORWARD, 5, reason="Le maire attend."))
    rows = session.execute(select(TransitionProof.outcome, TransitionProof.reason)).all()
    assert rows.count((Outcome.OVERRIDDEN, "Le maire attend.")) == 4
    for statement in (sa.update(Transition).values(to_step=7), sa.update(TransitionProof).values(reason="")):
        with make.app.app_context(), pytest.raises(sa.exc.DatabaseError), db.engine.begin() as connection:
            connection.execute(statement)


def test_a_structure_may_make_a_proof_block(make, actor, session, snapshot):
    card = enter(make, actor, project(make, actor), make.partner())
    make.add(GateRule(structure_id=make.home.id, proof=Proof.MEETING, weight=Weight.BLOCK))
    before = snapshot()
    with pytest.raises(ProofsLacking):
        go(make, actor, card, ON)
    assert snapshot() == before
    go(make, actor, card, Asked(MoveKind.FORWARD, 5, reason="vu au salon"))
    assert session.scalars(select(Partnership.step)).one() == 5


def test_stale_and_forbidden_moves_change_nothing(make, actor, snapshot):
    card = enter(make, actor, project(make, actor), make.partner())
    other = make.actor(make.user(roles=[Role.COUNSELLOR]), roles=[Role.COUNSELLOR])
    elsewhere = make.structure()
    stranger = make.actor(make.user(structure=elsewhere), structure=elsewhere)
    before = snapshot()
    for who, asked, version, error in (
        (actor, ON, 7, Conflict),
        (other, ON, None, NotAllowed),
        (stranger, ON, None, NotFound),
        (actor, Asked(MoveKind.BACK, 4), None, MoveRefused),
    ):
        with pytest.raises(error):
            go(make, who, card, asked, version=version)
    assert snapshot() == before


def test_one_open_partnership_for_one_partner_in_one_project(make, actor):
    public_id, partner = project(make, actor), make.partner()
    card = enter(make, actor, public_id, partner)
    with pytest.raises(AlreadyPartners) as refused:
        enter(make, actor, public_id, partner)
    assert refused.value.public_id == card
    go(make, actor, card, Asked(MoveKind.ABANDONED, reason="Ils ont fermé."))
    assert enter(make, actor, public_id, partner) != card
    assert enter(make, actor, project(make, actor, "Autre"), partner)


def test_pause_resume_back_and_their_undo(make, actor, session):
    card = enter(make, actor, project(make, actor), make.partner())
    later = NOW + timedelta(days=3)
    go(make, actor, card, ON, now=later)
    go(make, actor, card, Asked(MoveKind.PAUSED, until=date(2027, 3, 1)), now=later)
    one = session.scalars(select(Partnership)).one()
    assert (one.state, one.paused_until, one.step_since) == (CardState.PAUSED, date(2027, 3, 1), later)
    undo(make, actor, card)
    one = session.scalars(select(Partnership)).one()
    assert (one.state, one.paused_until, one.step) == (CardState.ACTIVE, None, 5)
    go(make, actor, card, Asked(MoveKind.BACK, 4, reason="Le décideur est parti."), now=later)
    undo(make, actor, card)
    assert session.scalars(select(Partnership.step_since)).one() == later
    with pytest.raises(DomainError, match="déjà annulé"):
        undo(make, actor, card)
    kinds = session.scalars(
        select(Transition.kind).where(Transition.partnership_id.is_not(None)).order_by(Transition.id)
    )
    assert [kind.value for kind in kinds] == ["entered", "forward", "paused", "undone", "back", "undone"]


def test_an_entry_is_taken_back_while_nobody_worked_on_it(make, actor, session):
    public_id, partner = project(make, actor), make.partner()
    card = enter(make, actor, public_id, partner)
    undo(make, actor, card)
    assert session.scalars(select(Partnership.state)).one() is CardState.WITHDRAWN
    with pytest.raises(NotFound):
        go(make, actor, card, ON)
    again = enter(make, actor, public_id, partner)
    with make.transaction(actor, NOW) as writing:
        queries.get_partnership(writing, again, actor=actor).updated_at = NOW
    with pytest.raises(DomainError, match="abandonnez-la"):
        undo(make, actor, again)


def test_existing_partners_are_taken_over_at_once(make, actor, dev, session):
    """The portfolio is made once and asks for nothing; what lacks is kept as taken over; reads do not grow."""
    partners = [make.partner() for _ in range(12)]
    make.interaction(partners[0], dev)
    asked = Asked(MoveKind.TAKEN_OVER, 6, taken_over_on=date(2024, 5, 2))
    numbers = []
    for some in (partners[:2], partners):
        with make.transaction(actor, NOW) as writing:
            portfolio = services.portfolio(writing, actor=actor, now=NOW)
            with statements(make.app) as sent:
                made = moves.take_over_many(
                    writing, portfolio, [one.id for one in some], asked, owner_id=dev.id, actor=actor, now=NOW
                )
            numbers.append((len(made), sum(one.lstrip().startswith("SELECT") for one in sent)))
    assert [made for made, _ in numbers] == [2, 10]  # two were there already
    assert numbers[0][1] == numbers[1][1]
    assert session.scalars(select(Initiative.is_portfolio)).all() == [True]
    assert session.scalars(select(Partnership.step).distinct()).all() == [6]
    first = session.scalars(select(Partnership.id).where(Partnership.partner_id == partners[0].id)).one()
    proofs = session.execute(
        select(TransitionProof.proof, TransitionProof.taken_over_on)
        .join(Transition, Transition.id == TransitionProof.transition_id)
        .where(Transition.partnership_id == first)
    ).all()
    asked_for = set(asked_proofs(False, 4, 6)) - {Proof.MEETING}  # there was a visit; a portfolio needs no strategy
    assert {row.proof for row in proofs} == asked_for
    assert {row.taken_over_on for row in proofs} == {date(2024, 5, 2)}


def test_a_model_is_copied_without_what_belongs_to_its_territory(make, actor, session):
    public_id = project(make, actor, sector="bâtiment", places=(Place(PlaceKind.PARK, "Antonypole"),))
    key = session.scalars(select(Initiative.id)).one()
    for kind in FindingKind:
        make.add(Finding(initiative_id=key, kind=kind, wording=kind.value, created_at=NOW))
    make.add(Strategy(initiative_id=key, offer="o", approved_by="le bureau", approved_on=TODAY))
    make.add(StrategyAction(initiative_id=key, kind=ActionKind.VISIT, priority=1))
    with make.transaction(actor, NOW) as writing:
        source = queries.get_initiative(writing, public_id, actor=actor)
        copied = services.copy(writing, source, title="Bâtiment au nord", actor=actor, now=NOW).id
    made = session.get(Initiative, copied)
    assert (made.step, made.sector, made.copied_from_id, made.pilot_id) == (1, "bâtiment", key, None)
    kinds = session.scalars(select(Finding.kind).where(Finding.initiative_id == copied).order_by(Finding.id)).all()
    assert kinds == [FindingKind.STRENGTH, FindingKind.WEAKNESS]
    strategy = session.scalars(select(Strategy).where(Strategy.initiative_id == copied)).one()
    assert (strategy.offer, strategy.approved_on, strategy.approved_by) == ("o", None, "")


def test_a_merge_names_what_it_would_bring_together(make, actor):
    public_id, first, second = project(make, actor), make.partner("Garage du Parc"), make.partner("Garage Parc")
    enter(make, actor, public_id, first)
    enter(make, actor, public_id, second)
    with make.transaction(actor, NOW) as reading:
        said = [str(one) for one in conflicts.conflicts(reading, first.id, [second.id], actor)]
    assert said == ["Dans le projet « Bâtiment au sud », deux partenariats en cours : après la fusion, gardez-en un."]


def test_a_leaver_passes_on_what_is_under_way(make, actor, dev, session):
    director = make.actor(make.user(roles=[Role.DIRECTOR]), roles=[Role.DIRECTOR])
    heir = make.user()
    card = enter(make, actor, project(make, actor, pilot_id=dev.id), make.partner())
    over = enter(make, actor, project(make, actor, "Clos"), make.partner())
    go(make, actor, over, Asked(MoveKind.FINISHED))
    key = session.scalars(select(Partnership.id).where(Partnership.public_id == card)).one()
    make.add(RoadmapItem(partnership_id=key, what="x", ours_id=dev.id, created_at=NOW))
    with make.transaction(director, NOW) as writing:
        assert partnerships.hand_over(writing, dev.id, heir.id, actor=director, now=NOW) == 3
    owners = session.execute(select(Partnership.owner_id).order_by(Partnership.id)).scalars().all()
    assert owners == [heir.id, dev.id]
    assert session.scalars(select(RoadmapItem.ours_id)).all() == [heir.id]


def test_a_partner_of_another_structure_stays_out_of_the_bin(make, actor):
    partner = make.partner()
    enter(make, actor, project(make, actor), partner)
    with make.transaction() as reading:
        assert held_by(reading, [partner.id]) == {partner.id: {make.home.id}}


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"signed_on": TODAY}, True),
        ({"signed_on": TODAY, "kind": ConventionKind.CHARTER}, True),
        ({}, False),  # a draft
        ({"signed_on": TODAY, "ends_on": date(2026, 6, 30)}, False),  # over
        ({"signed_on": TODAY, "terminated_on": date(2026, 11, 1)}, False),
        ({"signed_on": TODAY, "binned_at": NOW}, False),
    ],
)
def test_a_convention_that_binds_is_evidence(make, actor, session, values, counts):
    partner = make.partner()
    card = enter(make, actor, project(make, actor), partner)
    make.convention(partner, **values)
    with make.transaction(actor, NOW) as reading:
        one = queries.get_partnership(reading, card, actor=actor)
        [facts] = known.partnership_facts(reading, [one], structure_id=one.structure_id, now=NOW)
    assert (Proof.SIGNED in partnership_proofs(facts)) is counts
