"""The page of the follow: what it keeps, what it refuses, one tap, two people, somebody who leaves."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.access.policy import Role
from crm.errors import NotAllowed
from crm.partners.enums import FollowStage, Priority, Willingness
from crm.partners.follow import services
from crm.partners.models import Follow, FollowTag, Partner, Tag
from tests.factories import THEN
from tests.pages import forms_of


@pytest.fixture
def ines(make, browser):
    user = make.user()
    browser.enter(user, make.home)
    return user


@pytest.fixture
def partner(make, ines):
    return make.partner("Garage du Parc")


def url_of(partner) -> str:
    return f"/partenaires/{partner.public_id}/suivi"


def names(session) -> list[str]:
    return list(session.scalars(select(Tag.name).join(FollowTag, FollowTag.tag_id == Tag.id).order_by(Tag.key)))


def test_everything_typed_is_kept_and_shown(browser, partner, ines, session):
    colleague_tag = {"tags": "Boulangerie, club d'entreprises, boulangerie"}
    typed = colleague_tag | {
        "stage": "paused",
        "paused_until": "2099-01-02",
        "willingness": "to_convince",
        "priority": "high",
        "source": "Salon de l'emploi",
        "do_not_solicit": "y",
        "reason": "Deux refus cette année",
        "threshold": "4",
    }
    assert browser.submit(url_of(partner), typed).status_code == 303
    kept = session.scalars(select(Follow)).one()
    assert (kept.stage, kept.paused_until, kept.owner_id) == (FollowStage.PAUSED, date(2099, 1, 2), ines.id)
    assert (kept.willingness, kept.priority, kept.source) == (
        Willingness.TO_CONVINCE,
        Priority.HIGH,
        "Salon de l'emploi",
    )
    assert (kept.do_not_solicit, kept.do_not_solicit_reason) == (True, "Deux refus cette année")
    assert kept.solicitation_threshold == 4
    assert names(session) == ["Boulangerie", "club d'entreprises"]
    page = browser.get(f"/partenaires/{partner.public_id}").text
    for words in ("Ne plus solliciter", "Deux refus cette année", "Priorité haute", "Boulangerie", "Salon de l"):
        assert words in page


def test_an_untouched_form_changes_nothing(browser, make, partner, snapshot):
    make.follow(partner)
    browser.submit(url_of(partner), {"tags": "Boulangerie", "source": "Salon"})
    before = snapshot()
    assert browser.submit(url_of(partner), {}).status_code == 303
    after = snapshot()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"form_submissions"}


def test_a_known_tag_is_ticked(browser, make, partner, session):
    other = make.partner("Autre")
    browser.submit(url_of(other), {"tags": "Vélo"})
    assert 'value="Vélo"' in browser.get(url_of(partner)).text
    browser.submit(url_of(partner), {"tags": "Atelier", "tick": ["Vélo"]})
    assert names(session) == ["Atelier", "Vélo", "Vélo"]
    assert len(session.scalars(select(Tag)).all()) == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"do_not_solicit": "y"}, "Dites pourquoi"),
        ({"stage": "paused"}, "Dites jusqu&#39;à quand"),
        ({"stage": "paused", "paused_until": "2001-01-02"}, "doit être à venir"),
        ({"threshold": "0"}, "Un nombre entier de 1 à 99"),
        ({"threshold": "²"}, "Un nombre entier de 1 à 99"),
        ({"threshold": "-3"}, "Un nombre entier de 1 à 99"),
        ({"tags": "bien, !!!"}, "ne contient ni lettre ni chiffre"),
        ({"tags": "x" * 61}, "est trop longue"),
        ({"owner": "999999"}, "owner"),
        ({"stage": "elsewhere"}, "stage"),
    ],
)
def test_what_is_refused_is_said_and_changes_nothing(browser, partner, snapshot, typed, words):
    before = snapshot()
    answer = browser.submit(url_of(partner), {"source": "gardé à l'écran"} | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "gardé à l&#39;écran" in answer.text
    assert snapshot() == before


def test_two_people_choose(browser, make, partner, session):
    follow = make.follow(partner)
    form = browser.form(url_of(partner))
    browser.submit(url_of(partner), {"source": "Le premier", "tags": "Un"})
    answer = browser.client.post(url_of(partner), data=form.values | {"tags": "Deux"})
    assert answer.status_code == 409
    assert names(session) == ["Un"]
    again = next(one for one in forms_of(answer.text) if one.action == url_of(partner))
    assert browser.client.post(url_of(partner), data=again.values | {"choice-tags": "mine"}).status_code == 303
    session.expire_all()
    assert names(session) == ["Deux"]
    assert session.get(Follow, follow.id).source == "Le premier"


def test_two_begin_to_follow_at_once(browser, partner, session):
    form = browser.form(url_of(partner))
    browser.submit(url_of(partner), {"source": "Le premier"})
    answer = browser.client.post(url_of(partner), data=form.values | {"source": "Le second"})
    assert answer.status_code == 409
    assert session.scalars(select(Follow)).one().source == "Le premier"


def test_one_tap_says_that_the_file_is_right_and_can_be_undone(browser, make, partner, session):
    make.follow(partner, checked_on=date(2026, 1, 5))
    here = f"/partenaires/{partner.public_id}"
    assert browser.submit(here, {}, action=f"{url_of(partner)}/verifie").status_code == 303
    assert session.scalars(select(Follow)).one().checked_on > date(2026, 1, 5)
    assert browser.submit(here, {}, action=f"{url_of(partner)}/non-verifie").status_code == 303
    session.expire_all()
    assert session.scalars(select(Follow)).one().checked_on == date(2026, 1, 5)


def test_the_tap_is_refused_where_nobody_follows(browser, partner, snapshot):
    tokens = browser.form(url_of(partner)).values
    before = snapshot()
    for path in ("verifie", "non-verifie"):
        answer = browser.client.post(f"{url_of(partner)}/{path}", data=tokens)
        assert (answer.status_code, "ne suit pas ce partenaire" in answer.text) == (409, True)
    assert snapshot() == before


def test_another_structure_sees_nothing_of_it(browser, make, partner):
    browser.submit(url_of(partner), {"source": "Secret de famille", "tags": "Discret"})
    next_door = make.structure()
    browser.enter(make.user(structure=next_door), next_door)
    for path in (f"/partenaires/{partner.public_id}", url_of(partner), "/etiquettes"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "Secret de famille" not in page.text
        assert "Discret" not in page.text


def test_a_leaver_gives_what_they_followed_to_their_heir(make):
    leaver, heir, director = make.user(), make.user(), make.user(roles=[Role.DIRECTOR])
    elsewhere = make.structure()
    mine, theirs = make.partner(), make.partner()
    make.follow(mine, owner_id=leaver.id)
    make.follow(theirs, owner_id=heir.id)
    make.follow(mine, owner_id=leaver.id, structure=elsewhere)
    actor = make.actor(director, roles=[Role.DIRECTOR])
    with make.transaction(actor) as session:
        assert services.hand_over(session, leaver.id, heir.id, actor=actor, now=THEN) == 1
    with make.transaction() as session:
        owners = {(one.partner_id, one.structure_id): one.owner_id for one in session.scalars(select(Follow))}
    assert owners == {
        (mine.id, make.home.id): heir.id,
        (theirs.id, make.home.id): heir.id,
        (mine.id, elsewhere.id): leaver.id,
    }


def test_writing_asks_for_the_right(make, partner):
    volunteer = make.user(roles=[Role.VOLUNTEER])
    actor = make.actor(volunteer, roles=[Role.VOLUNTEER])
    with make.transaction(actor) as session:
        one = session.get_one(Partner, partner.id)
        with pytest.raises(NotAllowed):
            services.change(session, one, services.FollowData(), version=0, actor=actor, now=THEN)
