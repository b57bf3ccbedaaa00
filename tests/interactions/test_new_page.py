"""The page « Nouvel échange », without JavaScript: presets, refusals, double submission, the company to choose."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm import clock
from crm.access.policy import Role
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.interactions.models import Interaction
from crm.interactions.rules import instant_in_paris
from crm.reminders.models import Todo
from crm.reminders.rules import Delay, next_due

LOGGERS = {
    Role.DEVELOPER,
    Role.COUNSELLOR,
    Role.PLACEMENT,
    Role.SUPERVISOR,
    Role.DIRECTOR,
    Role.VOLUNTEER,
}


@pytest.fixture
def partner(make):
    return make.partner("Garage du Parc")


@pytest.fixture
def url(partner):
    return f"/partenaires/{partner.public_id}/echanges/nouveau"


def how_many(session):
    """Exchanges and todos in the database."""
    return tuple(session.scalar(select(func.count()).select_from(table)) for table in (Interaction, Todo))


def test_a_visit_is_three_lines_and_one_button(make, browser, session, partner, url):
    ines = make.user()
    main = make.contact(partner, last_name="Vasseur", is_main=True)
    make.contact(partner, last_name="Alary")
    browser.sign_in(ines)
    opened = instant_in_paris(datetime.fromisoformat(browser.form(url).values["held_at"]))
    answer = browser.submit(url, {"report": "Deux postes.\r\nEn avril.\r\nRappeler."})
    assert (answer.status_code, answer.location) == (303, f"/partenaires/{partner.public_id}")

    visit = session.scalars(select(Interaction)).one()
    assert (visit.kind, visit.direction, visit.nature) == (
        InteractionKind.VISIT,
        Direction.OURS,
        Nature.FOLLOW_UP,
    )
    assert (visit.contact_id, visit.shared, visit.report) == (
        main.id,
        False,
        "Deux postes.\nEn avril.\nRappeler.",
    )
    assert visit.held_at >= opened
    assert clock.now() - visit.held_at < timedelta(minutes=3)
    todo = session.scalars(select(Todo)).one()
    assert (todo.what, todo.assignee_id) == ("Relancer", ines.id)
    assert todo.due_on == next_due(clock.today(), Delay.IN_7_DAYS)
    assert "Échange enregistré. À faire\xa0: Relancer" in browser.get(answer.location).text


@pytest.mark.parametrize("role", Role)
def test_who_may_open_and_send_the_page(make, browser, session, snapshot, role, url):
    browser.sign_in(make.user(roles=[role]))
    if role in LOGGERS:
        assert browser.submit(url, {"report": "Dit."}).status_code == 303
        plans = role is not Role.VOLUNTEER
        assert how_many(session) == (1, int(plans))
    else:
        assert browser.get(url).status_code == 403
        assert browser.get("/echanges/nouveau").status_code == 403
        typed = browser.form("/essai/formulaire", action="/essai/structure").values
        before = snapshot()
        assert browser.client.post(url, data={**typed, "report": "Dit."}).status_code == 403
        assert snapshot() == before


def test_a_volunteer_is_not_shown_the_follow_up_and_cannot_force_it(make, browser, snapshot, url):
    browser.sign_in(make.user(roles=[Role.VOLUNTEER]))
    page = browser.get(url).text
    assert "La suite" not in page
    before = snapshot()
    forced = {"report": "Dit.", "todo": "Relancer", "due": "tomorrow"}
    assert browser.submit(url, forced).status_code == 403
    assert snapshot() == before


def test_a_partner_unknown_or_in_the_bin_is_not_found(make, browser, now):
    browser.sign_in(make.user())
    binned = make.partner(binned_at=now)
    for public_id in ("inconnu", binned.public_id):
        assert browser.get(f"/partenaires/{public_id}/echanges/nouveau").status_code == 404


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"report": "  "}, "À remplir"),
        ({"report": "x" * 4001}, "4000 caractères"),
        ({"held_at": "2999-01-01T10:00"}, "futur"),
        ({"held_at": "1026-11-22T10:00"}, "trop ancienne"),
        ({"held_at": "0001-01-01T00:00"}, "trop ancienne"),
        ({"held_at": "hier"}, "Date et heure à revoir"),
        ({"held_at": ""}, "Indiquez le jour"),
        ({"kind": "dance"}, "error"),
        ({"due": "other_day", "due_on": ""}, "Choisissez le jour"),
        ({"due": "other_day", "due_on": "2020-01-01"}, "déjà passé"),
        ({"due": "other_day", "due_on": "bientôt"}, "Date à revoir"),
        ({"due": "someday"}, "error"),
        ({"todo": ""}, "Dites ce qu"),
        ({"todo": "x" * 201}, "200 caractères"),
        ({"contact": "inconnu"}, "pas un contact"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_changes_nothing(make, browser, snapshot, url, typed, says):
    browser.sign_in(make.user())
    before = snapshot()
    answer = browser.submit(url, {"report": "À ne pas perdre", "todo": "Envoyer la plaquette"} | typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert snapshot() == before
    if "report" not in typed:
        assert "À ne pas perdre" in answer.text
    if "todo" not in typed:
        assert "Envoyer la plaquette" in answer.text


def test_a_contact_of_another_partner_is_refused(make, browser, snapshot, url):
    stranger = make.contact(make.partner())
    browser.sign_in(make.user())
    before = snapshot()
    answer = browser.submit(url, {"report": "Dit.", "contact": stranger.public_id})
    assert answer.status_code == 422
    assert "contact de ce partenaire" in answer.text
    assert snapshot() == before


@pytest.mark.parametrize(
    ("due", "due_on", "todos"),
    [
        ("nothing", "", 0),
        ("nothing", "n'importe quoi", 0),
        ("tomorrow", "n'importe quoi", 1),
        ("other_day", "in 1,000 days", 1),
    ],
)
def test_the_follow_up_is_the_one_chosen(make, browser, session, url, due, due_on, todos):
    browser.sign_in(make.user())
    if due == "other_day":
        due_on = (clock.today() + timedelta(days=1_000)).isoformat()
    assert browser.submit(url, {"report": "Dit.", "due": due, "due_on": due_on}).status_code == 303
    assert how_many(session) == (1, todos)
    if due == "other_day":
        assert session.scalar(select(Todo.due_on)).isoformat() == due_on


def test_a_refused_form_is_mended_and_sent_again(make, browser, session, url):
    browser.sign_in(make.user())
    values = browser.form(url).values
    assert browser.client.post(url, data={**values, "report": ""}).status_code == 422
    assert browser.client.post(url, data={**values, "report": "Dit."}).status_code == 303
    assert how_many(session) == (1, 1)


def test_the_same_form_twice_leads_to_the_same_place(make, browser, session, partner, url):
    browser.sign_in(make.user())
    typed = {**browser.form(url).values, "report": "Une fois."}
    answers = [browser.client.post(url, data=typed) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, f"/partenaires/{partner.public_id}")] * 2
    assert how_many(session) == (1, 1)


def test_an_answer_lost_on_the_way_is_said(make, browser, partner, url):
    """Sent again from an old page, once the words of the first answer were read."""
    browser.sign_in(make.user())
    form = browser.form(url)
    typed = form.values | {"report": "Deux postes."}
    page = f"/partenaires/{partner.public_id}"
    assert browser.client.post(url, data=typed).location == page
    assert "Échange enregistré" in browser.get(page).text
    assert browser.client.post(url, data=typed).location == page
    said = browser.get(page).text
    assert "rien n&#39;a été fait deux fois" in said
    assert "notice--done" in said


def test_who_lost_their_session_is_led_back_to_the_form(make, browser, snapshot, url):
    browser.sign_in(make.user())
    typed = browser.form(url).values | {"report": "Deux postes."}
    browser.client.delete_cookie("passerelle")
    before = snapshot()
    lost = browser.client.post(url, data=typed)
    assert lost.status_code == 400
    assert "Deux postes." in lost.text
    assert f"/connexion?next={url}" in lost.text
    assert snapshot() == before


def test_twenty_parallel_posts_make_one_exchange_and_one_todo(app, make, browser, session, partner, url):
    browser.sign_in(make.user())
    typed = {**browser.form(url).values, "report": "Une fois."}
    cookie = browser.client.get_cookie("passerelle").value
    start, answers = threading.Barrier(20), []

    def send():
        client = app.test_client()
        client.set_cookie("passerelle", cookie)
        start.wait()
        answer = client.post(url, data=typed)
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, f"/partenaires/{partner.public_id}")] * 20
    assert how_many(session) == (1, 1)


def test_a_recent_request_warns_and_never_blocks(make, browser, session, partner, url):
    sonia = make.user(first_name="Sonia", last_name="Benali")
    ago = clock.now() - timedelta(days=12)
    make.interaction(partner, sonia, nature=Nature.REQUEST, held_at=ago)
    browser.sign_in(make.user())
    warning = "Sonia Benali a déjà sollicité ce partenaire il y a 12 jours."
    assert warning in browser.get(url).text
    assert warning in browser.submit(url, {"report": ""}).text
    assert browser.submit(url, {"report": "Dit.", "nature": "request"}).status_code == 303
    assert how_many(session)[0] == 2


# --- the company first


def names(page):
    """The companies offered, in order."""
    return [part.split("</span>")[0].split("<span>")[1] for part in page.split('<a class="ref"')[1:]]


def test_mine_and_the_recent_ones_are_offered_first(make, browser, now):
    ines, sonia = make.user(), make.user()
    mine, recent, older = (make.partner(name) for name in ("Zinc et Fils", "Garage Neuf", "Garage Ancien"))
    make.partner("Garage Inconnu")
    by_sonia = make.partner("Garage de Sonia")
    make.follow(mine, owner_id=ines.id)
    make.follow(by_sonia, owner_id=sonia.id)
    make.interaction(older, ines, held_at=now - timedelta(days=40))
    make.interaction(recent, ines, held_at=now)
    make.interaction(by_sonia, sonia, held_at=now)
    browser.sign_in(ines)
    page = browser.get("/echanges/nouveau").text
    assert names(page) == ["Garage Neuf", "Garage Ancien", "Zinc et Fils"]
    assert f"/partenaires/{recent.public_id}/echanges/nouveau" in page
    assert names(browser.get("/echanges/nouveau?q=garage").text) == [
        "Garage Neuf",
        "Garage Ancien",
        "Garage de Sonia",
        "Garage Inconnu",
    ]
    assert names(browser.get("/echanges/nouveau?q=ZINC antony").text) == ["Zinc et Fils"]


def test_a_meeting_to_come_or_cancelled_is_no_exchange_held(make, browser):
    ines, now = make.user(), clock.now()
    met, planned, cancelled = (make.partner(name) for name in ("Garage Neuf", "Garage Prévu", "Garage Annulé"))
    make.follow(planned, owner_id=ines.id)
    make.interaction(met, ines, held_at=now - timedelta(days=3))
    make.interaction(planned, ines, held_at=now + timedelta(days=3), report="")
    make.interaction(cancelled, ines, held_at=now - timedelta(days=3), cancelled_at=now)
    browser.sign_in(ines)
    page = browser.get("/echanges/nouveau").text
    assert names(page) == ["Garage Neuf", "Garage Prévu"]
    assert "dans 3 jours" not in page


def test_a_meeting_held_is_written_rather_than_noted_twice(make, browser, partner, url):
    """Who comes to note a visit that was planned is led to it."""
    ines, sonia, now = make.user(), make.user(), clock.now()
    mine = make.interaction(partner, ines, held_at=now - timedelta(hours=2), report="")
    others = [
        make.interaction(partner, sonia, held_at=now - timedelta(hours=2), report=""),
        make.interaction(partner, ines, held_at=now - timedelta(days=15), report=""),
        make.interaction(partner, ines, held_at=now + timedelta(hours=2), report=""),
        make.interaction(partner, ines, held_at=now - timedelta(hours=3)),
        make.interaction(partner, ines, held_at=now - timedelta(hours=3), report="", cancelled_at=now),
        make.interaction(make.partner(), ines, held_at=now - timedelta(hours=3), report=""),
    ]
    browser.sign_in(ines)
    page = browser.get(url).text
    assert f"/echanges/{mine.public_id}/modifier" in page
    assert not [one for one in others if one.public_id in page]
    assert f"/echanges/{mine.public_id}/modifier" not in browser.get(f"{url}?quoi=rendez-vous").text


def test_what_another_structure_follows_or_met_is_not_told(make, browser, now):
    elsewhere = make.structure()
    ines, partner = make.user(), make.partner()
    make.follow(partner, structure=elsewhere, owner_id=ines.id)
    make.interaction(partner, ines, structure=elsewhere, held_at=now)
    browser.sign_in(ines)
    assert names(browser.get("/echanges/nouveau").text) == []


def test_twenty_are_offered_and_the_words_are_to_be_made_more_precise(make, browser, now):
    browser.sign_in(make.user())
    for number in range(21):
        make.partner(f"Atelier {number:02}")
    make.partner("Atelier jeté", binned_at=now)
    page = browser.get("/echanges/nouveau?q=atelier").text
    assert len(names(page)) == 20
    assert "précisez" in page
    assert "jeté" not in page


def test_without_a_match_creating_is_offered_to_who_may(make, browser):
    browser.sign_in(make.user())
    page = browser.get("/echanges/nouveau?q=<b>50 %").text
    assert "Aucun partenaire ne contient «\xa0&lt;b&gt;50 %\xa0»" in page
    assert "/partenaires/nouveau" in page


def test_a_volunteer_is_not_sent_to_a_page_they_may_not_open(make, browser):
    browser.sign_in(make.user(roles=[Role.VOLUNTEER]))
    assert "/partenaires/nouveau" not in browser.get("/echanges/nouveau?q=xyz").text
