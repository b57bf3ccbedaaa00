"""Pairs kept as partners change, answers remembered, work shared; comparing everybody gives the same."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import clock
from crm.access.policy import Role
from crm.dedupe.pairs import queries, rescan, services
from crm.dedupe.pairs.enums import Answer, Head, Heap, RescanState
from crm.dedupe.pairs.models import DuplicateDecision, DuplicatePair, Rescan, WaitingPartner
from crm.dedupe.pairs.refusals import AlreadyAnswered, NotAGroup
from crm.dedupe.sorting.listeners import AT_ONCE
from crm.dedupe.sorting.services import CLAIM
from crm.errors import NotAllowed
from crm.partners.enums import PartnerKind
from crm.partners.models import Partner
from crm.partners.search import search_key, sort_key
from tests.dedupe.merging_help import comparable, differences, merge_all, undo
from tests.factories import THEN

STREET = "3 rue des Lilas"
PHONE = "+33199001201"


@pytest.fixture
def actor(make):
    """A development manager."""
    return make.actor(make.user())


@pytest.fixture
def pair(make):
    """Two records of one workshop, which the flush has compared."""
    return (
        make.partner("Atelier Vasseur", street=STREET, phone=PHONE),
        make.partner("Atelier Vaseur", street=STREET, phone=PHONE),
    )


def pairs(session):
    """What the table holds, live partners only, without what is drawn at random."""
    live = select_live()
    statement = (
        sa.select(
            DuplicatePair.first_id,
            DuplicatePair.second_id,
            DuplicatePair.probability,
            DuplicatePair.reasons,
            DuplicatePair.mark,
        )
        .where(DuplicatePair.first_id.in_(live), DuplicatePair.second_id.in_(live))
        .order_by(DuplicatePair.first_id, DuplicatePair.second_id)
    )
    return [tuple(row) for row in session.execute(statement)]


def select_live():
    return sa.select(Partner.id).where(Partner.binned_at.is_(None))


def shown(make, actor, heap=Heap.OPEN, now=THEN):
    with make.transaction(actor, now, writes=False) as reading:
        return [(line.first.name, line.second.name) for line in queries.lines(reading, actor=actor, now=now, heap=heap)]


def say(make, actor, pair, answer, *, seen=0, now=THEN, **values):
    with make.transaction(actor, now) as writing:
        ids = [one.public_id for one in pair]
        return services.answer(writing, ids, answer, seen=seen, actor=actor, now=now, **values).version


def test_a_new_record_is_compared_in_its_own_transaction(make, session, pair):
    assert [row[:2] for row in pairs(session)] == [(pair[0].id, pair[1].id)]
    assert session.scalar(sa.select(sa.func.count()).select_from(WaitingPartner)) == 0


def test_an_edit_takes_a_pair_away_and_another_brings_it_back(make, session, actor, pair):
    before = pairs(session)
    for name, street, phone, expected in (
        ("Jardinerie du Val", "8 place Carnot", None, []),
        ("Atelier Vaseur", STREET, PHONE, before),
    ):
        with make.transaction(actor) as writing:
            partner = writing.get(Partner, pair[1].id)
            partner.name, partner.street, partner.phone = name, street, phone
        assert pairs(session) == expected


def test_the_bin_hides_a_pair(make, session, actor, pair):
    before = pairs(session)
    with make.transaction(actor) as writing:
        writing.get(Partner, pair[1].id).binned_at = THEN
    assert shown(make, actor) == []
    with make.transaction(actor) as writing:
        writing.get(Partner, pair[1].id).binned_at = None
    assert pairs(session) == before
    assert len(shown(make, actor)) == 1


def test_many_at_once_wait_for_the_job(make, session, app):
    with make.transaction() as writing:
        for number in range(AT_ONCE + 1):
            name = f"Atelier Vasseur {'abcdefghijkl'[number]}"
            writing.add(
                Partner(
                    name=name,
                    kind=PartnerKind.COMPANY,
                    phone=PHONE,
                    city="Antony",
                    postal_code="92160",
                    sort_key=sort_key(name),
                    search_key=search_key(names=[name]),
                    created_at=THEN,
                )
            )
    assert pairs(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(WaitingPartner)) == AT_ONCE + 1
    rescan.run_pending(app, clock=clock.now)
    assert session.scalar(sa.select(sa.func.count()).select_from(WaitingPartner)) == 0
    assert pairs(session)


NAMES = ("Atelier Vasseur", "Atelier Vaseur", "Ateliers Vasseur SARL", "Jardinerie du Val", "Jardinerie du Val d'Or")


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_comparing_everybody_gives_what_each_change_gave(data, make, session, app, database):
    """Records created, changed, thrown away and brought back in any order."""
    with app.app_context():
        database.empty()
    make._structure = None
    someone = make.actor(make.user())
    known = []
    for _step in range(data.draw(st.integers(3, 9))):
        kind = data.draw(st.sampled_from(["create", "change", "bin"])) if known else "create"
        values = {
            "street": data.draw(st.sampled_from(["", STREET, "8 place Carnot"])),
            "phone": data.draw(st.sampled_from([None, PHONE, "+33199001202"])),
        }
        if kind == "create":
            known.append(make.partner(data.draw(st.sampled_from(NAMES)), **values).id)
            continue
        with make.transaction(someone) as writing:
            partner = writing.get(Partner, data.draw(st.sampled_from(known)))
            if kind == "bin":
                partner.binned_at = None if partner.binned_at else THEN
            else:
                partner.name = data.draw(st.sampled_from(NAMES))
                partner.street, partner.phone = values["street"], values["phone"]
    kept = pairs(session)
    with make.transaction(someone) as writing:
        services.begin_rescan(writing, actor=someone, now=THEN)
    rescan.run_pending(app, clock=clock.now)
    assert pairs(session) == kept
    with make.transaction() as writing:
        writing.execute(sa.delete(DuplicatePair))
    with make.transaction(someone) as writing:
        services.begin_rescan(writing, actor=someone, now=THEN)
    rescan.run_pending(app, clock=clock.now)
    assert pairs(session) == kept


def test_a_rescan_goes_on_where_it_was_killed(make, session, app, actor, pair, monkeypatch):
    third = make.partner("Atelier Vasseur", street=STREET)
    expected = pairs(session)
    monkeypatch.setattr(rescan, "BATCH", 1)
    with make.transaction(actor) as writing:
        writing.execute(sa.delete(DuplicatePair))
        services.begin_rescan(writing, actor=actor, now=clock.now())
    with make.transaction(actor) as writing:
        taken = services.take_rescan(writing, now=clock.now())
    with make.transaction(actor) as writing:
        assert services.rescan_some(writing, taken, most=1, now=clock.now())
    assert session.scalars(sa.select(Rescan.reached)).one() == pair[0].id
    assert rescan.run_pending(app, clock=clock.now) == 0, "somebody holds it"
    rescan.run_pending(app, clock=lambda: clock.now() + services.LEASE)
    row = session.execute(sa.select(Rescan.state, Rescan.done, Rescan.total, Rescan.reached)).one()
    assert tuple(row) == (RescanState.DONE, 3, 3, third.id)
    assert pairs(session) == expected


def test_distinct_is_remembered_until_a_key_field_changes(make, actor, pair):
    say(make, actor, pair, Answer.DISTINCT)
    assert shown(make, actor) == []
    with make.transaction(actor) as writing:
        writing.get(Partner, pair[0].id).sector = "Menuiserie"
    assert shown(make, actor) == []
    with make.transaction(actor) as writing:
        writing.get(Partner, pair[0].id).email = "accueil@exemple.test"
    with make.transaction(actor, writes=False) as reading:
        [line] = queries.lines(reading, actor=actor, now=THEN)
    assert line.changed == ("adresse e-mail",)


def test_same_group_links_and_refuses_a_ring(make, session, actor, pair):
    seen = say(make, actor, pair, Answer.GROUP, head=Head.FIRST)
    assert session.get(Partner, pair[1].id).parent_id == pair[0].id
    assert shown(make, actor) == []
    with pytest.raises(NotAGroup):
        say(make, actor, pair, Answer.GROUP, seen=seen, head=Head.SECOND)


def test_later_is_ones_own_structure_s(make, actor, pair):
    colleague = make.user()
    say(make, actor, pair, Answer.LATER, note="Demander à l'accueil.", assignee_id=colleague.id)
    assert shown(make, actor) == []
    assert len(shown(make, actor, Heap.LATER)) == 1
    there = make.structure()
    other = make.actor(make.user(structure=there), structure=there)
    with make.transaction(other, writes=False) as reading:
        [line] = queries.lines(reading, actor=other, now=THEN)
    assert (line.note, line.assignee) == ("", "")


def test_the_second_answer_is_told(make, snapshot, actor, pair):
    say(make, actor, pair, Answer.DISTINCT)
    before = snapshot()
    second = make.actor(make.user(), roles=[Role.COUNSELLOR])
    before = snapshot()
    with pytest.raises(AlreadyAnswered, match="Inès"):
        say(make, second, pair, Answer.LATER)
    assert snapshot() == before


def test_who_works_on_it_is_told_and_the_next_one_is_another(make, actor, pair):
    others = (
        make.partner("Jardinerie du Val", phone="+33199001209"),
        make.partner("Jardinerie du Val", phone="+33199001209"),
    )
    ids = [one.public_id for one in pair]
    with make.transaction(actor) as writing:
        services.claim(writing, ids, actor=actor, now=THEN)
    second = make.actor(make.user())
    with make.transaction(second, writes=False) as reading:
        told = queries.compared(reading, ids, actor=second, now=THEN)
        assert told.by.startswith("Inès")
        assert set(queries.next_free(reading, actor=second, now=THEN)) == {one.public_id for one in others}
    later = THEN + CLAIM
    with make.transaction(second, later, writes=False) as reading:
        assert queries.compared(reading, ids, actor=second, now=later).by == ""


def test_groups_of_three_are_proposed_together(make, actor, pair):
    third = make.partner("Atelier Vasseur Antony", street=STREET, phone=PHONE)
    ids = [one.public_id for one in pair]
    with make.transaction(actor, writes=False) as reading:
        told = queries.compared(reading, ids, actor=actor, now=THEN)
    assert {one.id for one in told.group} == {pair[0].id, pair[1].id, third.id}
    say(make, actor, (pair[0], third), Answer.DISTINCT)
    say(make, actor, (pair[1], third), Answer.DISTINCT)
    with make.transaction(actor, writes=False) as reading:
        assert queries.compared(reading, ids, actor=actor, now=THEN).group == ()


def test_the_very_likely_come_first_then_the_busiest(make, actor, pair):
    busy = [make.partner("Jardinerie du Val", street="8 place Carnot", phone="+33199001209") for _ in range(2)]
    make.interaction(busy[0], make.user())
    assert shown(make, actor)[0] == ("Jardinerie du Val", "Jardinerie du Val")


def test_merging_then_undoing_gives_the_pairs_back(make, snapshot, actor, pair):
    make.partner("Atelier Vasseur Antony", street=STREET, phone=PHONE)
    before = comparable(snapshot())
    undo(make, actor, merge_all(make, actor, pair), THEN + timedelta(days=1))
    assert differences(before, comparable(snapshot())) == []


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.VOLUNTEER, Role.ADMIN, Role.BOARD])
def test_others_decide_nothing(make, snapshot, pair, role):
    someone = make.actor(make.user(roles=[role]), roles=[role])
    before = snapshot()
    with pytest.raises(NotAllowed):
        say(make, someone, pair, Answer.DISTINCT)
    assert snapshot() == before


def test_an_answer_is_taken_back(make, session, actor, pair):
    seen = say(make, actor, pair, Answer.DISTINCT)
    with make.transaction(actor) as writing:
        assert services.take_back(writing, [one.public_id for one in pair], seen=seen, actor=actor)
    assert session.scalar(sa.select(sa.func.count()).select_from(DuplicateDecision)) == 0
    assert len(shown(make, actor)) == 1


def test_one_thread_of_a_process_compares(app, monkeypatch):
    """Every page that waits asks for the comparison: several at once would keep the writers of SQLite waiting."""
    entered, leave, ran = threading.Event(), threading.Event(), []

    def run(_app, *, clock):
        ran.append(1)
        entered.set()
        leave.wait(timeout=30)

    monkeypatch.setattr(rescan, "run_pending", run)
    monkeypatch.setitem(app.config, "IMPORTS_IN_THREAD", True)
    rescan.begin(app)
    assert entered.wait(timeout=30)
    for _ in range(3):
        rescan._run_alone(app)
    assert ran == [1]
    leave.set()
    while rescan._at_work.locked():
        leave.wait(timeout=0.01)
    rescan._run_alone(app)
    assert ran == [1, 1]
