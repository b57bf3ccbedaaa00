"""Kill -9 anywhere in a merge, its undo, a comparison of everybody: the old state or the new one, nothing between."""

import random
import signal
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm import clock
from crm.dedupe.merging import queries as merging
from crm.dedupe.merging import services as merges
from crm.dedupe.merging.models import Merge
from crm.dedupe.merging.refusals import AlreadyMerged, SidesChanged
from crm.dedupe.merging.sides import proposed, remaining
from crm.dedupe.pairs import rescan, services
from crm.dedupe.pairs.enums import RescanState
from crm.dedupe.pairs.models import DuplicatePair, Rescan
from crm.partners.models import Partner
from tests.counting import statements
from tests.dedupe.merging_help import laden, merge_all, undo
from tests.factories import THEN
from tests.resilience.dying import run_and_die

POINTS = 10


@pytest.fixture
def actor(make):
    """A development manager."""
    return make.actor(make.user())


@pytest.fixture
def trio(make):
    """Three records of one workshop, with all that may hang on them."""
    user = make.user()
    return [laden(make, name, user) for name in ("Atelier Vasseur", "Atelier Vaseur", "Ateliers Vasseur")]


def points(total):
    """Ten places among so many statements, and just before the commit (0). The same ones each time."""
    drawn = random.Random(total)  # noqa: S311  places, not secrets
    return [0, *sorted(drawn.sample(range(1, total + 1), min(POINTS, total)))]


def test_a_killed_merge(make, app, snapshot, actor, trio):
    with statements(app) as sent:
        merged = merge_all(make, actor, trio)
    undo(make, actor, merged)
    before = snapshot()
    for at in points(len(sent)):
        assert run_and_die(app, lambda: merge_all(make, actor, trio), at=at) == -signal.SIGKILL
        assert snapshot() == before, at
    assert run_and_die(app, lambda: merge_all(make, actor, trio), at=None) == 0
    assert snapshot() != before


def test_a_killed_undo(make, app, snapshot, actor, trio):
    first = merge_all(make, actor, trio)
    with statements(app) as sent:
        undo(make, actor, first)
    merged = merge_all(make, actor, trio)
    before = snapshot()
    for at in points(len(sent)):
        assert run_and_die(app, lambda: undo(make, actor, merged), at=at) == -signal.SIGKILL
        assert snapshot() == before, at
    assert run_and_die(app, lambda: undo(make, actor, merged), at=None) == 0
    assert snapshot() != before


def test_a_killed_rescan(make, app, session, actor, monkeypatch):
    for number in range(8):
        for name in ("Atelier Vasseur", "Atelier Vaseur"):
            make.partner(f"{name} {'abcdefgh'[number]}", street=f"{number + 1} rue des Lilas")
    expected = pairs(session)
    assert len(expected) >= 8
    monkeypatch.setattr(rescan, "BATCH", 4)
    hours = [clock.now()]

    def hour():
        return hours[-1]

    def begin():
        with make.transaction(actor, hour()) as writing:
            writing.execute(sa.delete(DuplicatePair))
            services.begin_rescan(writing, actor=actor, now=hour())

    def run():
        rescan.run_pending(app, clock=hour)

    begin()
    with statements(app) as sent:
        run()
    assert pairs(session) == expected
    for at in points(len(sent)):
        begin()
        assert run_and_die(app, run, at=at) == -signal.SIGKILL
        done, reached = session.execute(sa.select(Rescan.done, Rescan.reached).order_by(Rescan.id.desc())).first()
        assert done % rescan.BATCH == 0, "a whole number of batches"
        assert (done == 0) == (reached == 0)
        hours.append(hour() + services.LEASE + timedelta(seconds=1))
        run()
        assert session.scalars(sa.select(Rescan.state).order_by(Rescan.id.desc())).first() is RescanState.DONE
        assert pairs(session) == expected, at


def pairs(session):
    """What the comparison found."""
    columns = (DuplicatePair.first_id, DuplicatePair.second_id, DuplicatePair.probability, DuplicatePair.mark)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns[:2]))]


def test_two_people_at_the_same_time(make, session, actor, trio):
    """Overlapping records, at once: one wins, the other is told, and nothing of theirs is done."""
    other = make.actor(make.user())
    fourth = make.partner("Atelier Vasseur Antony")
    ready, told = threading.Barrier(2), []

    def opened(who, records):
        """What the page of a merge holds when it is opened, before either is sent."""
        ids = [one.public_id for one in records]
        with make.transaction(who, writes=False) as reading:
            sides = merging.sides(reading, merging.chosen(reading, ids, actor=who), actor=who)
        return ids, proposed(sides, remaining(sides)), merges.mark_of(sides)

    def run(who, page):
        ids, result, seen = page
        ready.wait()
        try:
            with make.transaction(who) as writing:
                merges.merge(writing, ids, result, seen=seen, actor=who, now=THEN)
            told.append("done")
        except (AlreadyMerged, SidesChanged) as refusal:
            told.append(str(refusal))

    threads = [
        threading.Thread(target=run, args=(actor, opened(actor, trio[:2]))),
        threading.Thread(target=run, args=(other, opened(other, [trio[1], fourth]))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert told.count("done") == 1
    assert len(told) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 1
    gone = session.scalars(sa.select(Partner.id).where(Partner.merged_into_id.is_not(None))).all()
    assert len(gone) == 1
