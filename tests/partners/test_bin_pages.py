"""The bin: there and back, who may, what is refused, what is hidden meanwhile, what goes for good."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from crm import clock
from crm.access.policy import Role
from crm.audit.models import AuditEvent
from crm.partners.bin import services
from crm.partners.bin.keeping import KEPT
from crm.partners.enums import NeedKind
from crm.partners.models import Contact, ContactPost, Follow, Need, Partner
from crm.reminders import purges
from crm.reminders.models import Todo
from tests.counting import statements
from tests.factories import THEN

HOSTILE = "<img src=x onerror=alert(1)> L'amie > caline !"
SIRET = "73282932000074"


@pytest.fixture
def director(make, browser):
    """A director, signed in."""
    user = make.user(roles=[Role.DIRECTOR])
    browser.enter(user, make.home)
    return user


def post(browser, path, **fields):
    """A posted form that is genuine."""
    given = browser.form("/essai/formulaire", action="/essai/structure").values
    tokens = {name: given[name] for name in ("csrf_token", "nonce")}
    return browser.client.post(path, data=tokens | fields)


def read(session, model, key):
    """The row as it is now: `session.get` would give again the one read before."""
    return session.scalars(select(model).where(model.id == key)).one()


def binned(make, row, ago=timedelta(hours=1), **values):
    """The row, in the bin since then."""
    with make.transaction(now=clock.now()) as session:
        kept = session.get(type(row), row.id)
        kept.binned_at = clock.now() - ago
        for name, value in values.items():
            setattr(kept, name, value)
    return row


def test_a_partner_goes_to_the_bin_and_comes_back_with_what_it_had(make, browser, director, session):
    partner = make.partner("Garage du Parc")
    make.follow(partner)
    contact = make.contact(partner)
    todo = make.todo(partner, director, due_on=date(2026, 12, 1))
    answer = post(browser, f"/partenaires/{partner.public_id}/corbeille")
    assert (answer.status_code, answer.location) == (303, "/partenaires")
    kept = read(session, Partner, partner.id)
    assert (kept.binned_at is not None, kept.binned_by_id) == (True, director.id)
    page = browser.get("/partenaires").text
    assert f"/partenaires/{partner.public_id}/restaurer" in page
    assert "« Garage du Parc » est dans la corbeille" in page
    assert browser.get(f"/partenaires/{partner.public_id}").status_code == 404
    answer = post(browser, f"/partenaires/{partner.public_id}/restaurer")
    assert answer.location == f"/partenaires/{partner.public_id}"
    kept = read(session, Partner, partner.id)
    assert (kept.binned_at, kept.binned_by_id) == (None, None)
    assert read(session, Contact, contact.id).binned_at is None
    assert read(session, Todo, todo.id).done_at is None
    assert "Garage du Parc" in browser.get(f"/partenaires/{partner.public_id}").text


def test_twice_is_once(make, browser, director, session):
    partner = make.partner()
    post(browser, f"/partenaires/{partner.public_id}/corbeille")
    first = read(session, Partner, partner.id).binned_at
    assert post(browser, f"/partenaires/{partner.public_id}/corbeille").status_code == 303
    assert read(session, Partner, partner.id).binned_at == first
    post(browser, f"/partenaires/{partner.public_id}/restaurer")
    assert post(browser, f"/partenaires/{partner.public_id}/restaurer").status_code == 303


def test_the_list_says_who_until_when_and_what_comes_back(make, browser, director):
    partner = make.partner(HOSTILE)
    make.contact(partner)
    make.contact(partner)
    make.todo(partner, director, due_on=date(2026, 12, 1))
    binned(make, partner, binned_by_id=director.id)
    contact = binned(make, make.contact(make.partner("Atelier du Bois"), last_name=HOSTILE))
    page = browser.get("/corbeille").text
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 2
    assert f"par {director.name}" in page
    assert "2 contacts, 1 chose à faire" in page
    assert "Atelier du Bois" in page
    assert "dans 29 jours" in page or "dans 30 jours" in page
    for url in (f"/partenaires/{partner.public_id}/restaurer", f"/contacts/{contact.public_id}/restaurer"):
        assert url in page


def test_somebody_of_another_structure_is_not_named(make, browser, director):
    elsewhere = make.structure("Ailleurs")
    stranger = make.user(structure=elsewhere, first_name="Yasmine", last_name="Vallois")
    binned(make, make.partner("Garage du Parc"), binned_by_id=stranger.id)
    page = browser.get("/corbeille").text
    assert "Garage du Parc" in page
    assert "Vallois" not in page


@pytest.mark.parametrize("what", ["follow", "need", "todo", "exchange"])
def test_a_partner_that_another_structure_works_with_stays(make, browser, director, snapshot, what):
    partner, elsewhere = make.partner("Garage du Parc"), make.structure("Les Jardins d'Ailleurs")
    stranger = make.user(structure=elsewhere)
    if what == "follow":
        make.follow(partner, structure=elsewhere)
    elif what == "need":
        make.add(
            Need(
                structure_id=elsewhere.id,
                partner_id=partner.id,
                kind=NeedKind.HR,
                wording="Un plongeur",
                created_at=THEN,
            )
        )
    elif what == "exchange":
        make.interaction(partner, stranger, structure=elsewhere)
    else:
        make.todo(partner, stranger, due_on=date(2026, 12, 1), structure=elsewhere)
    before = snapshot()
    answer = post(browser, f"/partenaires/{partner.public_id}/corbeille")
    assert answer.status_code == 422
    assert "Les Jardins d&#39;Ailleurs" in answer.text
    assert snapshot()["partners"] == before["partners"]


def test_a_siret_taken_meanwhile_is_told_and_nothing_comes_back(make, browser, director, session):
    old = binned(make, make.partner("Ancien Garage", siret=SIRET, siren=SIRET[:9]))
    new = make.partner("Nouveau Garage", siret=SIRET, siren=SIRET[:9])
    answer = post(browser, f"/partenaires/{old.public_id}/restaurer")
    assert answer.status_code == 422
    assert f"/partenaires/{new.public_id}" in answer.text
    assert read(session, Partner, old.id).binned_at is not None


def test_a_contact_goes_and_comes_back_and_the_new_main_one_stays(make, browser, director, session):
    partner = make.partner()
    contact = make.contact(partner, is_main=True)
    answer = post(browser, f"/contacts/{contact.public_id}/corbeille")
    assert answer.location == f"/partenaires/{partner.public_id}"
    assert read(session, Contact, contact.id).binned_by_id == director.id
    other = make.contact(partner, is_main=True)
    post(browser, f"/contacts/{contact.public_id}/restaurer")
    back = read(session, Contact, contact.id)
    assert (back.binned_at, back.is_main) == (None, False)
    assert read(session, Contact, other.id).is_main


def test_a_contact_waits_for_its_partner(make, browser, director, session):
    partner = make.partner("Garage du Parc")
    contact = binned(make, make.contact(partner))
    binned(make, partner)
    assert contact.public_id not in browser.get("/corbeille").text
    answer = post(browser, f"/contacts/{contact.public_id}/restaurer")
    assert answer.status_code == 422
    assert read(session, Contact, contact.id).binned_at is not None


def test_who_may_create_may_restore_but_not_bin(make, browser, session):
    browser.enter(make.user(roles=[Role.COUNSELLOR]), make.home)
    partner = make.partner()
    assert post(browser, f"/partenaires/{partner.public_id}/corbeille").status_code == 403
    binned(make, partner)
    assert post(browser, f"/partenaires/{partner.public_id}/restaurer").status_code == 303
    assert read(session, Partner, partner.id).binned_at is None


def test_what_is_in_the_bin_is_shown_nowhere_else(make, browser, director):
    live = make.partner("Entreprise Vivante", siret=SIRET, siren=SIRET[:9], naf_code="45.20A")
    binned(make, make.contact(live, last_name="Zzcachet", search_key="zzcachet"))
    gone = make.partner("Zzperdu Frères", siren=SIRET[:9], naf_code="45.20A")
    make.follow(gone, owner_id=director.id)
    make.contact(gone, last_name="Zzperdue", search_key="zzperdue")
    make.todo(gone, director, due_on=clock.today(), what="Rappeler zzperdu")
    make.interaction(gone, director, report="Vu zzperdu hier")
    binned(make, gone)
    shown = [
        "/partenaires",
        "/partenaires?q=zzperdu",
        "/partenaires?q=zzperdue",
        "/partenaires?q=zzcachet",
        "/aujourdhui",
        "/echanges/nouveau",
        "/echanges/nouveau?q=zzperdu",
        "/partenaires/ressemblants?name=Zzperdu+Freres",
        "/partenaires/exporter/fichier?format=csv&width=complete",
        f"/partenaires/{live.public_id}",
        f"/partenaires/{live.public_id}/echanges/nouveau",
    ]
    for path in shown:
        page = browser.get(path)
        assert page.status_code == 200, path
        # What was searched for is written in the search field.
        text = page.text.replace('value="zzperdue"', "").replace('value="zzperdu"', "").replace('value="zzcachet"', "")
        for word in ("Zzperdu", "Zzcachet", "Rappeler zzperdu", "Vu zzperdu"):
            assert word not in text, (path, word)


def test_the_purge_deletes_after_thirty_days_and_not_before(app, make, session):
    soon, late = make.partner("Bientôt"), make.partner("Trop tard")
    lone = make.contact(soon)
    kept_contact, gone_contact = make.contact(soon), make.contact(late)
    make.follow(late)
    binned(make, soon, ago=KEPT - timedelta(minutes=5))
    binned(make, late, ago=KEPT + timedelta(minutes=5))
    binned(make, lone, ago=KEPT + timedelta(minutes=5))
    now = clock.now()
    with make.transaction(now=now) as writing:
        assert purges.run(writing, now=now) >= 2
    assert set(session.scalars(select(Partner.name))) == {"Bientôt"}
    assert set(session.scalars(select(Contact.id))) == {kept_contact.id}
    assert session.scalar(select(func.count()).select_from(Follow)) == 0
    deleted = session.execute(
        select(AuditEvent.object_type, AuditEvent.object_id).where(AuditEvent.action == "delete")
    ).all()
    expected = {("partners", late.id), ("contacts", lone.id), ("contacts", gone_contact.id)}
    assert expected <= {tuple(one) for one in deleted}


def test_a_person_who_works_elsewhere_survives_their_first_company(make, session):
    gone, other = make.partner("Fermée"), make.partner("Vivante")
    contact = make.contact(gone, function="gérante", is_main=True)
    make.add(ContactPost(contact_id=contact.id, partner_id=other.id, function="associée"))
    binned(make, gone, ago=KEPT + timedelta(days=1))
    now = clock.now()
    with make.transaction(now=now) as writing:
        services.purge(writing, now=now)
    kept = read(session, Contact, contact.id)
    assert (kept.partner_id, kept.function, kept.is_main) == (other.id, "associée", False)
    assert session.scalar(select(func.count()).select_from(ContactPost)) == 0


def test_a_purge_is_bounded(make, session, monkeypatch):
    monkeypatch.setattr(services, "MOST_PURGED", 2)
    for _ in range(3):
        binned(make, make.partner(), ago=KEPT + timedelta(days=1))
    now = clock.now()
    with make.transaction(now=now) as writing:
        assert services.purge(writing, now=now) == 2
    assert session.scalar(select(func.count()).select_from(Partner)) == 1


def test_the_list_is_paged_at_a_constant_cost(make, browser, director, monkeypatch):
    monkeypatch.setattr("crm.partners.bin.queries.SIZE", 2)
    monkeypatch.setattr("crm.partners.bin.views.SIZE", 2)
    for number in range(5):
        binned(make, make.partner(f"Garage {number}"), ago=timedelta(hours=number + 1))
    browser.get("/corbeille")  # notes when the session was last seen
    with statements(browser.app) as few:
        page = browser.get("/corbeille").text
    assert [f"Garage {n}" in page for n in range(5)] == [True, True, False, False, False]
    address = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    with statements(browser.app) as more:
        page = browser.get(address).text
    assert [f"Garage {n}" in page for n in range(5)] == [False, False, True, True, False]
    assert len(few) == len(more)
    assert browser.get("/corbeille?after=WyJ4IiwxXQ&contacts=%00").status_code == 200
