"""« Déjà sollicité »: who counts, for how long, and how often this quarter."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from crm import clock
from crm.access.policy import Role
from crm.accounts.models import Structure
from crm.interactions.enums import Direction, Nature
from crm.interactions.solicitations import queries
from crm.interactions.solicitations.rules import (
    LONGEST_WHY,
    Request,
    Saturation,
    first_day_of_quarter,
    recent_requests,
    shortened,
    told_saturation,
)

TODAY = date(2026, 11, 22)


def said(requests, days=30):
    """The sentences, and why."""
    return [(str(sentence), why) for sentence, why in recent_requests(requests, TODAY, days=days)]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (Request("Sonia", False, TODAY), "Sonia a déjà sollicité ce partenaire aujourd'hui."),
        (Request("Sonia", False, TODAY - timedelta(1)), "Sonia a déjà sollicité ce partenaire hier."),
        (Request("Sonia", False, TODAY - timedelta(12)), "Sonia a déjà sollicité ce partenaire il y a 12 jours."),
        (Request("Inès", True, TODAY - timedelta(30)), "Vous avez déjà sollicité ce partenaire il y a 30 jours."),
        (Request("Sonia", False, TODAY, "Mme Vasseur"), "Sonia a déjà sollicité Mme Vasseur aujourd'hui."),
        (Request("Inès", True, TODAY, "Mme Vasseur"), "Vous avez déjà sollicité Mme Vasseur aujourd'hui."),
        (Request("Sonia", False, TODAY - timedelta(31)), None),
        (Request("Sonia", False, TODAY + timedelta(1)), None),
    ],
)
def test_a_recent_request_is_told(request_, told):
    assert said([request_]) == ([] if told is None else [(told, "")])


@pytest.mark.parametrize(("days", "told"), [(0, 0), (11, 0), (12, 1), (365, 1)])
def test_the_delay_is_the_structures_own(days, told):
    assert len(said([Request("Sonia", False, TODAY - timedelta(12))], days)) == told


def test_many_requests_are_counted_the_latest_first():
    requests = [Request(f"N{days}", False, TODAY - timedelta(days), "", f"{days}") for days in (20, 3, 29, 40, 8)]
    assert [(sentence.split()[0], why) for sentence, why in said(requests)] == [
        ("N3", "3"),
        ("N8", "8"),
        ("N20", "20"),
        ("4", ""),
    ]


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-03-31", "2026-01-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-09-30", "2026-07-01"),
        ("2026-12-31", "2026-10-01"),
    ],
)
def test_a_quarter_begins(day, first):
    assert first_day_of_quarter(date.fromisoformat(day)).isoformat() == first


@pytest.mark.parametrize(
    ("count", "threshold", "told"),
    [
        (0, 4, None),
        (1, 4, "Sollicité 1 fois ce trimestre, sur 4 au plus."),
        (4, 4, "Sollicité 4 fois ce trimestre\xa0: le seuil est de 4."),
        (0, 0, None),
    ],
)
def test_the_gauge_is_told(count, threshold, told):
    sentence = told_saturation(Saturation(count, threshold))
    assert (str(sentence) if sentence else None) == told


@given(st.text(max_size=300))
def test_why_is_one_short_line(report):
    why = shortened(report)
    assert len(why) <= LONGEST_WHY
    assert len(why.splitlines()) <= 1
    assert bool(why) == bool("".join(report.split()))


@pytest.fixture
def asked(make):
    """A partner, its main contact, and Sonia, who asks."""
    partner = make.partner()
    return partner, make.contact(partner, last_name="Vasseur"), make.user(first_name="Sonia", last_name="Benali")


def told(make, partner, actor, now):
    """The requests that the actor is told, and the count of the quarter."""
    with make.transaction(actor, writes=False) as session:
        days = queries.window(session, actor=actor)
        found = queries.requests_since(session, partner.id, actor=actor, now=now, days=days)
        return found, queries.saturation(session, partner.id, actor=actor, now=now)


def test_only_our_own_standing_requests_count(make, asked, now):
    partner, contact, sonia = asked
    there = make.structure()
    ours = {"nature": Nature.REQUEST, "held_at": now - timedelta(days=2)}
    make.interaction(partner, sonia, **ours, contact_id=contact.id, report="Une immersion en vente ?\nSuite")
    make.interaction(partner, sonia, **ours | {"direction": Direction.THEIRS})
    make.interaction(partner, sonia, **ours | {"nature": Nature.FOLLOW_UP})
    make.interaction(partner, sonia, **ours | {"nature": Nature.ANSWER})
    make.interaction(partner, sonia, **ours, binned_at=now)
    make.interaction(partner, sonia, **ours, cancelled_at=now)
    make.interaction(partner, sonia, **ours | {"held_at": now + timedelta(hours=1)})
    make.interaction(partner, sonia, **ours, structure=there)
    make.interaction(make.partner(), sonia, **ours)
    found, gauge = told(make, partner, make.actor(sonia), now)
    assert found == [Request("Sonia Benali", True, date(2026, 11, 20), "Vasseur", "Une immersion en vente ?")]
    assert gauge == Saturation(1, 4)


def test_who_may_not_read_contacts_is_not_told_their_names(make, asked, now):
    partner, contact, sonia = asked
    make.interaction(partner, sonia, nature=Nature.REQUEST, held_at=now, contact_id=contact.id)
    found, _ = told(make, partner, make.actor(sonia, roles=[Role.SUPERVISOR]), now)
    assert [request.contact for request in found] == [""]


def test_the_quarter_begins_at_midnight_in_paris(make, asked, now):
    partner, _, sonia = asked
    for moment in ("2026-09-30T21:59:59", "2026-09-30T22:00:00", "2026-10-01T08:00:00"):
        held_at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        make.interaction(partner, sonia, nature=Nature.REQUEST, held_at=held_at)
    assert told(make, partner, make.actor(sonia), now)[1].count == 2


def test_the_threshold_and_the_delay_are_settings(make, asked, now):
    partner, _, sonia = asked
    make.interaction(partner, sonia, nature=Nature.REQUEST, held_at=now - timedelta(days=20))
    actor = make.actor(sonia)
    with make.transaction() as session:
        session.connection().execute(update(Structure.__table__).values(solicitation_days=10, solicitation_threshold=2))
    assert told(make, partner, actor, now) == ([], Saturation(1, 2))
    make.follow(partner, solicitation_threshold=1)
    assert told(make, partner, actor, now)[1] == Saturation(1, 1)
    assert told(make, partner, actor, now)[1].is_reached


def test_the_page_tells_and_lets_through(make, asked, browser):
    partner, contact, sonia = asked
    make.follow(partner, do_not_solicit=True, do_not_solicit_reason="Trois refus")
    make.interaction(
        partner, sonia, nature=Nature.REQUEST, contact_id=contact.id, report="Un <b>poste</b>", held_at=_yesterday()
    )
    browser.enter(make.user(), make.home)
    url = f"/partenaires/{partner.public_id}/echanges/nouveau"
    page = browser.get(url).text
    assert "Sonia Benali a déjà sollicité Vasseur hier. «\xa0Un &lt;b&gt;poste&lt;/b&gt;\xa0»" in page
    assert "Ne plus solliciter ce partenaire\xa0: Trois refus" in page
    assert browser.submit(url, {"report": "Dit.", "nature": "request"}).status_code == 303


def _yesterday():
    return clock.now() - timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "words"), [(0, None), (1, "Sollicité 1 fois ce trimestre, sur 4 au plus"), (4, "le seuil est de 4")]
)
def test_the_head_of_the_partner_says_how_often_it_was_asked(make, browser, asked, words):
    user, partner = make.user(), make.partner("Boulangerie Vasseur")
    for _ in range(asked):
        make.interaction(partner, user, nature=Nature.REQUEST, held_at=clock.now())
    browser.enter(user, make.home)
    page = browser.get(f"/partenaires/{partner.public_id}").text
    assert ("ce trimestre" in page) is bool(asked)
    assert words is None or words in page
