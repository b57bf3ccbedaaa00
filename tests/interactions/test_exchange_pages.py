"""The page of one exchange: what it shows to whom; change it, bin it, cancel a meeting, note a call in one tap."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm import clock
from crm.access.policy import Role
from crm.interactions.enums import CallResult, Direction, InteractionKind, Nature, Purpose
from crm.interactions.models import GridAnswer, Interaction, Participant
from crm.partners.models import ContactPost
from crm.reminders.models import Todo
from tests.counting import statements


@pytest.fixture
def ines(make, browser):
    """Inès, signed in."""
    user = make.user()
    browser.enter(user, make.home)
    return user


@pytest.fixture
def partner(make):
    """A company with a hostile name."""
    return make.partner("Fournil <b>Vasseur</b>")


def only(session):
    """The one exchange there is."""
    return session.scalars(select(Interaction)).one()


def in_wall_clock(instant):
    """As the field of the form holds it."""
    return instant.astimezone(clock.PARIS).strftime("%Y-%m-%dT%H:%M")


def test_everything_typed_is_kept_and_shown(make, browser, session, ines, partner):
    main = make.contact(partner, first_name="Claire", last_name="Vasseur", is_main=True, function="gérante")
    other = make.contact(partner, first_name="Luc", last_name="Morin")
    elsewhere = make.partner()
    by_post = make.contact(elsewhere, last_name="Associé")
    sonia = make.user(first_name="Sonia", last_name="Benali")
    make.add(ContactPost(contact_id=by_post.id, partner_id=partner.id))
    typed = {
        "kind": "appointment",
        "report": "Deux postes.\r\nEn avril.",
        "promises": "Ils envoient les fiches.",
        "duration_minutes": "45",
        "place": "Au fournil",
        "purpose": "intermediation",
        "nature": "request",
        "direction": "theirs",
        "others": [other.public_id, by_post.public_id],
        "colleagues": [str(sonia.id)],
        "grid_trades": "Vente, fournil",
        "grid_presented": "  ",
        "due": "nothing",
    }
    assert browser.submit(f"/partenaires/{partner.public_id}/echanges/nouveau", typed).status_code == 303
    made = only(session)
    assert (made.kind, made.purpose, made.nature, made.direction) == (
        InteractionKind.APPOINTMENT,
        Purpose.INTERMEDIATION,
        Nature.REQUEST,
        Direction.THEIRS,
    )
    assert (made.duration_minutes, made.place, made.contact_id) == (45, "Au fournil", main.id)
    people = session.execute(select(Participant.contact_id, Participant.user_id).order_by(Participant.id)).all()
    assert people == [(other.id, None), (by_post.id, None), (None, sonia.id)]
    assert session.execute(select(GridAnswer.question, GridAnswer.answer)).all() == [("trades", "Vente, fournil")]
    page = browser.get(f"/echanges/{made.public_id}").text
    for shown in ("Deux postes.\nEn avril.", "Ils envoient", "45 min", "Au fournil", "Claire Vasseur", "gérante"):
        assert shown in page
    for shown in ("Luc Morin", "Associé", "Sonia Benali", "Métiers et effectifs", "Vente, fournil", "Intermédiation"):
        assert shown in page
    assert "Fournil &lt;b&gt;Vasseur&lt;/b&gt;" in page
    assert "Réactions, questions" not in page


def test_what_another_structure_did_not_share_is_not_found(make, browser, ines, partner):
    there = make.structure()
    sonia = make.user(structure=there)
    closed = make.interaction(partner, sonia, structure=there, report="Secret")
    shared = make.interaction(partner, sonia, structure=there, report="Dit à tous", shared=True)
    make.document(shared)
    assert browser.get(f"/echanges/{closed.public_id}").status_code == 404
    page = browser.get(f"/echanges/{shared.public_id}").text
    assert "Dit à tous" in page
    assert "/modifier" not in page
    assert "plan.png" not in page
    assert browser.get(f"/echanges/{shared.public_id}/modifier").status_code == 404


def test_an_exchange_is_changed_with_its_people_and_its_grid(make, browser, session, ines, partner):
    gone = make.contact(partner, last_name="Parti", left_on=clock.today())
    made = make.interaction(partner, ines, contact_id=gone.id, report="Avant")
    make.add(GridAnswer(interaction_id=made.id, question="needs", answer="Un vendeur"))
    make.add(GridAnswer(interaction_id=made.id, question="people", answer="Mme V."))
    url = f"/echanges/{made.public_id}/modifier"
    form = browser.form(url)
    assert (form.values["contact"], form.values["grid_needs"].strip()) == (gone.public_id, "Un vendeur")
    typed = {"report": "Après", "grid_needs": "Deux vendeurs", "grid_people": "", "grid_trades": "Vente"}
    assert browser.submit(url, typed).status_code == 303
    after = only(session)
    assert (after.report, after.contact_id, after.version) == ("Après", gone.id, made.version + 1)
    answers = dict(session.execute(select(GridAnswer.question, GridAnswer.answer)).all())
    assert answers == {"needs": "Deux vendeurs", "trades": "Vente"}


def test_a_change_of_people_alone_is_a_new_version(make, browser, session, ines, partner):
    sonia = make.user()
    made = make.interaction(partner, ines)
    browser.submit(f"/echanges/{made.public_id}/modifier", {"colleagues": [str(sonia.id)]})
    assert only(session).version == made.version + 1


def test_the_second_editor_sees_both_versions(make, browser, session, ines, partner):
    contact = make.contact(partner, last_name="Morin")
    made = make.interaction(partner, ines)
    url = f"/echanges/{made.public_id}/modifier"
    stale = browser.form(url).values
    assert browser.submit(url, {"report": "La première"}).status_code == 303
    answer = browser.client.post(url, data=stale | {"report": "La seconde", "others": [contact.public_id]})
    assert answer.status_code == 409
    assert "La première" in answer.text
    assert "La seconde" in answer.text
    assert "Morin" in answer.text
    assert only(session).report == "La première"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"report": ""}, "au moins une ligne"),
        ({"duration_minutes": "-5"}, "nombre de minutes"),
        ({"duration_minutes": "0"}, "1 à 1 440"),
        ({"duration_minutes": "99999"}, "1 à 1 440"),
        ({"place": "x" * 201}, "200"),
        ({"promises": "x" * 4001}, "4000"),
        ({"grid_needs": "x" * 2001}, "2000"),
        ({"others": ["inconnu"]}, "pas un contact"),
        ({"colleagues": ["999999"]}, "pas de votre structure"),
        ({"colleagues": ["x"]}, "error"),
        ({"result": "reached"}, "Seul un appel"),
        ({"result": "danse"}, "error"),
        ({"purpose": "danse"}, "error"),
        ({"kind": "call", "held_at": "2999-01-01T10:00"}, "futur"),
        ({"held_at": "2999-01-01T10:00"}, "trop loin"),
    ],
)
def test_a_refused_change_changes_nothing(make, browser, snapshot, ines, partner, typed, says):
    made = make.interaction(partner, ines)
    before = snapshot()
    answer = browser.submit(f"/echanges/{made.public_id}/modifier", {"place": "Au fournil"} | typed)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert snapshot() == before
    if "place" not in typed:
        assert "Au fournil" in answer.text


@pytest.mark.parametrize("act", ["modifier", "supprimer", "annuler", "documents"])
@pytest.mark.parametrize(("role", "status"), [(Role.DEVELOPER, 403), (Role.DIRECTOR, None)])
def test_only_its_author_or_a_director_changes_an_exchange(make, browser, snapshot, partner, act, role, status):
    made = make.interaction(partner, make.user())
    browser.enter(make.user(roles=[role]), make.home)
    tokens = browser.form(f"/partenaires/{partner.public_id}/echanges/nouveau").values
    typed = {name: tokens[name] for name in ("csrf_token", "nonce")} | {"kind": "visit", "report": "Pris"}
    typed |= {"held_at": "2026-01-01T10:00", "direction": "ours", "nature": "request", "version": "1"}
    before = snapshot()
    answer = browser.client.post(f"/echanges/{made.public_id}/{act}", data=typed)
    if status:
        # What is not a file is refused for that alone.
        assert answer.status_code == (422 if act == "documents" else status)
        assert snapshot() == before
    else:
        assert answer.status_code in {303, 422}


def test_to_the_bin_and_back(make, browser, session, ines, partner):
    made = make.interaction(partner, ines, report="À la corbeille")
    show, page = f"/echanges/{made.public_id}", f"/partenaires/{partner.public_id}"
    answer = browser.submit(show, {}, action=f"{show}/supprimer")
    assert (answer.status_code, answer.location) == (303, page)
    seen = browser.form(page, action=f"{show}/restaurer")
    assert (only(session).binned_by_id, browser.get(show).status_code) == (ines.id, 404)
    assert "À la corbeille" not in browser.get(page).text
    assert browser.client.post(seen.action, data=seen.values).status_code == 303
    assert only(session).binned_at is None
    assert "À la corbeille" in browser.get(page).text


# --- meetings to come


def test_a_meeting_is_planned_then_written(make, browser, session, ines, partner):
    url = f"/partenaires/{partner.public_id}/echanges/nouveau?quoi=rendez-vous"
    form = browser.form(url)
    assert (form.values["kind"], form.values["due"]) == ("appointment", "nothing")
    assert browser.client.post(url, data=form.values).status_code == 303
    made = only(session)
    assert made.held_at > clock.now()
    assert made.report == ""
    assert session.scalar(select(func.count(Todo.id))) == 0
    page = browser.get(f"/echanges/{made.public_id}").text
    assert "Prévu" in page
    assert "Écrire le compte rendu" not in page


def test_a_meeting_held_asks_for_its_report(make, browser, session, ines, partner):
    made = make.interaction(partner, ines, report="", held_at=clock.now() - timedelta(hours=1))
    assert "Écrire le compte rendu" in browser.get(f"/echanges/{made.public_id}").text
    assert browser.submit(f"/echanges/{made.public_id}/modifier", {"report": "Vu le fournil"}).status_code == 303
    assert "Écrire le compte rendu" not in browser.get(f"/echanges/{made.public_id}").text


def test_a_meeting_is_cancelled_and_stands_again(make, browser, session, ines, partner):
    made = make.interaction(partner, ines, report="", held_at=clock.now() + timedelta(days=3))
    show = f"/echanges/{made.public_id}"
    assert browser.submit(show, {}, action=f"{show}/annuler").status_code == 303
    assert only(session).cancelled_at is not None
    assert "Annulé" in browser.get(show).text
    assert browser.submit(show, {}, action=f"{show}/maintenir").status_code == 303
    assert only(session).cancelled_at is None


def test_what_was_held_and_written_is_not_cancelled(make, browser, snapshot, ines, partner):
    made = make.interaction(partner, ines, held_at=clock.now() - timedelta(days=1))
    tokens = browser.form(f"/echanges/{made.public_id}", action=f"/echanges/{made.public_id}/supprimer").values
    before = snapshot()
    answer = browser.client.post(f"/echanges/{made.public_id}/annuler", data=tokens)
    assert (answer.status_code, "il ne s&#39;annule pas" in answer.text) == (422, True)
    assert snapshot() == before


# --- a call in one tap


@pytest.mark.parametrize("result", CallResult)
def test_a_call_is_one_tap(make, browser, session, ines, partner, result):
    contact = make.contact(partner, last_name="Morin", phone="+33199001234")
    url = f"/partenaires/{partner.public_id}/appel?contact={contact.public_id}"
    assert "tel:+33199001234" in browser.get(url).text
    answer = browser.submit(url, {"result": result.value})
    made = only(session)
    assert (made.kind, made.result, made.contact_id, made.report) == (InteractionKind.CALL, result, contact.id, "")
    assert session.scalar(select(func.count(Todo.id))) == (result is CallResult.CALL_BACK)
    planned = f"/partenaires/{partner.public_id}/echanges/nouveau?quoi=rendez-vous"
    page = f"/partenaires/{partner.public_id}"
    assert answer.location == (planned if result is CallResult.APPOINTMENT else page)
    undo = browser.form(answer.location, action=f"/echanges/{made.public_id}/reprendre")
    assert browser.client.post(undo.action, data=undo.values).status_code == 303
    assert only(session).binned_at is not None
    assert session.scalar(select(func.count(Todo.id))) == 0


def test_numbers_lead_to_the_page_that_notes_the_call(make, browser, ines):
    partner = make.partner(phone="+33199001234")
    contact = make.contact(partner, phone="+33199001235")
    page, call = browser.get(f"/partenaires/{partner.public_id}").text, f"/partenaires/{partner.public_id}/appel"
    assert f'data-call="{call}"' in page
    assert f'data-call="{call}?contact={contact.public_id}"' in page


def test_undoing_a_call_leaves_other_todos(make, browser, session, ines, partner):
    todo = make.todo(partner, ines, due_on=clock.today() + timedelta(days=9))
    made = make.interaction(partner, ines)
    tokens = browser.form(f"/echanges/{made.public_id}", action=f"/echanges/{made.public_id}/supprimer").values
    answer = browser.client.post(f"/echanges/{made.public_id}/reprendre", data=tokens | {"todo": todo.public_id})
    assert answer.status_code == 303
    assert session.scalar(select(func.count(Todo.id))) == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "comment l'appel a fini"),
        ({"result": "danse"}, "Choisissez"),
        ({"result": "call_back", "due": "other_day"}, "Choisissez le jour"),
        ({"result": "call_back", "due": "other_day", "due_on": "2020-01-01"}, "déjà passé"),
        ({"result": "reached", "contact": "inconnu"}, "pas un contact"),
        ({"result": "reached", "note": "x" * 201}, "200"),
    ],
)
def test_an_unclear_call_changes_nothing(make, browser, snapshot, ines, partner, typed, says):
    before = snapshot()
    answer = browser.submit(f"/partenaires/{partner.public_id}/appel", typed)
    assert answer.status_code == 422
    assert says in answer.text or (says == "Choisissez" and "error" in answer.text)
    assert snapshot() == before


def test_somebody_who_objected_is_not_called(make, browser, ines, partner):
    contact = make.contact(partner, last_name="Morin", phone="+33199001234", opposed_on=clock.today())
    page = browser.get(f"/partenaires/{partner.public_id}/appel?contact={contact.public_id}").text
    assert "ne veut plus être contacté" in page
    assert "99 00 12 34" not in page
    assert "tel:" not in page


def test_a_page_costs_the_same_however_many_took_part(app, make, browser, ines, partner):
    def cost(people):
        made = make.interaction(partner, ines)
        for _ in range(people):
            make.add(Participant(interaction_id=made.id, contact_id=make.contact(partner).id))
            make.add(Participant(interaction_id=made.id, user_id=make.user().id))
            make.document(made)
        with statements(app) as sent:
            assert browser.get(f"/echanges/{made.public_id}").status_code == 200
        return len(sent)

    cost(0)  # the session is touched once a minute
    assert cost(1) == cost(9)
