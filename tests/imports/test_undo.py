"""The undo of an import: what nobody touched since goes, the rest is listed with who changed what."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import clock
from crm.access.policy import Role
from crm.audit.models import AuditEvent
from crm.db import Base
from crm.imports.desk import services as desk
from crm.imports.enums import ImportState
from crm.imports.models import Import, ImportChange
from crm.imports.undoing import services
from crm.imports.undoing.marks import KEPT
from crm.imports.work import job
from crm.partners import services as partners
from crm.partners.contacts import services as contacts
from crm.partners.contacts.services import ContactData
from crm.partners.enums import PartnerKind
from crm.partners.models import Contact, Follow, Partner
from crm.partners.page.changes import queries as changes
from tests.counting import statements
from tests.dedupe.merging_help import DERIVED, merge_all
from tests.dedupe.merging_help import undo as undo_merge

HEADINGS = "nom;cp;ville;téléphone;prénom;nom du contact;fonction"
FILE = (
    f"{HEADINGS}\nGarage du Parc;92160;Antony;01 99 00 12 34;Paul;Durand-Test;gérant\n"
    "Boulangerie Vasseur;92330;Sceaux;;;;\nFleurs du Sorbier;75013;Paris;;Jeanne;Petit-Test;\n"
)
#: What tells of imports themselves, and is not theirs to undo.
OF_IMPORTS = {"imports", "import_changes", "import_choices", "imported_partners", "form_submissions"}


@pytest.fixture
def dev(make, browser):
    """A development manager at the screen."""
    user = make.user(first_name="Odile", last_name="Ferrand")
    browser.enter(user, make.home)
    return user


@pytest.fixture
def state(snapshot):
    """All rows of all tables but those of imports; `version` aside, which only grows, so that late forms are told."""

    def rows():
        found = {}
        for name, lines in snapshot().items():
            columns = [column.name for column in Base.metadata.tables[name].columns]
            left_out = {"version", "id"} if name in DERIVED else {"version"}
            told = [place for place, column in enumerate(columns) if column not in left_out]
            if name not in OF_IMPORTS:
                found[name] = sorted((tuple(line[place] for place in told) for line in lines), key=repr)
        return found

    return rows


def do_import(app, make, user, text=FILE, name="salon.csv", prepare=lambda _database, _one: None, **given):
    """An import brought, compared, prepared, confirmed and written by that person; its public id."""
    actor = make.actor(user)
    with make.transaction(actor, clock.now()) as database:
        public_id = desk.bring(database, name, text.encode(), actor=actor, now=clock.now(), **given).public_id
    job.run_pending(app, clock=clock.now)
    with make.transaction(actor, clock.now()) as database:
        one = database.scalars(sa.select(Import).where(Import.public_id == public_id)).one()
        prepare(database, one)
        desk.confirm(database, one, version=one.version, actor=actor)
    job.run_pending(app, clock=clock.now)
    return public_id


def undo(browser, public_id):
    """The undo asked for on screen; the answer."""
    answer = browser.submit(f"/importer/{public_id}/annulation", {}, action=f"/importer/{public_id}/annuler")
    answer.close()
    return answer


def ask(app, make, user, public_id):
    """The undo asked for by a service, and done."""
    actor = make.actor(user)
    with make.transaction(actor, clock.now()) as database:
        one = database.scalars(sa.select(Import).where(Import.public_id == public_id)).one()
        services.ask(database, one, version=one.version, actor=actor, now=clock.now())
    job.run_pending(app, clock=clock.now)


def names(session):
    """The partners there are."""
    return sorted(session.scalars(sa.select(Partner.name)))


def the_import(session):
    """The one there is."""
    return session.scalars(sa.select(Import)).one()


def test_an_import_nobody_touched_is_undone_whole(app, make, browser, dev, session, state):
    make.partner("Déjà là")
    before = state()
    public_id = do_import(app, make, dev)
    assert len(names(session)) == 4
    assert "Annuler cet import…" in browser.get(f"/importer/{public_id}").text
    page = browser.get(f"/importer/{public_id}/annulation").text
    assert "3 partenaires créés par cet import seront supprimés" in page
    assert "2 contacts créés par cet import seront supprimés" in page
    assert len(names(session)) == 4, "looking changes nothing"

    answer = undo(browser, public_id)
    assert (answer.status_code, answer.location) == (303, f"/importer/{public_id}")
    assert state() == before
    assert the_import(session).state is ImportState.UNDONE
    page = browser.get(f"/importer/{public_id}").text
    assert "Import annulé" in page
    assert "3 partenaires supprimés." in page


def test_the_trail_keeps_the_import_and_its_undo(app, make, browser, dev, session):
    undo(browser, do_import(app, make, dev))
    told = session.execute(
        sa.select(AuditEvent.action, AuditEvent.object_type, sa.func.count())
        .where(AuditEvent.object_type.in_(("partners", "contacts")), AuditEvent.actor_id == dev.id)
        .group_by(AuditEvent.action, AuditEvent.object_type)
    )
    assert {tuple(row) for row in told} == {
        ("create", "partners", 3),
        ("create", "contacts", 2),
        ("import", "partners", 1),
        ("delete", "partners", 3),
        ("delete", "contacts", 2),
        ("import.undo", "partners", 1),
    }
    assert "Import annulé" in browser.get("/compte/journal").text


def test_a_company_created_afterwards_does_not_inherit_that_story(app, make, dev, session):
    """SQLite gives the number of the last deleted row to the next one: the trail must not mix them up."""
    ask(app, make, dev, do_import(app, make, dev))
    actor, later = make.actor(dev), clock.now() + timedelta(minutes=1)
    data = partners.PartnerData(name="Quincaillerie Brunel", kind=PartnerKind.COMPANY)
    with make.transaction(actor, later) as database:
        fresh = partners.create(database, data, actor=actor, now=later)
        jeanne = ContactData(last_name="Petit-Test")
        contacts.add_contact(database, fresh, jeanne, actor=actor, now=later, key="k" * 40)
    told = changes.moments(session, fresh.id, actor=actor, before=None, limit=20)
    assert [one.at for one in told] == [later]


def test_what_a_colleague_changed_stays_and_says_who(app, make, browser, dev, session):
    public_id = do_import(app, make, dev)
    colleague = make.user(first_name="Ahmed", last_name="Roussel")
    actor, later = make.actor(colleague), clock.now() + timedelta(minutes=1)
    with make.transaction(actor, later) as database:
        garage = database.scalars(sa.select(Partner).where(Partner.name == "Garage du Parc")).one()
        partners.set_facts(database, garage, {"phone": "+33199001299"}, updated_at=later, actor=actor)
    with make.transaction(actor, later) as database:
        bakery = database.scalars(sa.select(Partner).where(Partner.name == "Boulangerie Vasseur")).one()
    make.interaction(bakery, colleague)

    page = browser.get(f"/importer/{public_id}/annulation").text
    assert "1 partenaire créé par cet import sera supprimé" in page
    assert "Partenaire modifié (téléphone), par Ahmed Roussel" in " ".join(page.split())
    assert "Ce qui restera tel quel" in page
    undo(browser, public_id)
    assert names(session) == ["Boulangerie Vasseur", "Garage du Parc"]
    assert session.scalars(sa.select(Contact.last_name)).all() == ["Durand-Test"], "what stays keeps its people"
    page = browser.get(f"/importer/{public_id}").text
    assert "2 fiches sont restées telles quelles" in page
    assert "Garage du Parc" in browser.get(f"/importer/{public_id}/annulation").text
    refused = browser.client.post(
        f"/importer/{public_id}/annuler",
        data=browser.form("/importer").values | {"version": the_import(session).version},
    )
    assert refused.status_code == 409
    assert "tout a été modifié, ou a servi, depuis" in refused.text


def follow_elsewhere(make, _session, partner):
    """Another structure follows it."""
    make.follow(partner, structure=make.structure("La structure voisine"))


def a_todo(make, _session, partner):
    """Something is to be done about it."""
    make.todo(partner, make.user(), due_on=date(2026, 12, 1))


def a_contact(make, _session, partner):
    """Somebody was added there."""
    make.contact(partner)


def in_the_bin(make, _session, partner):
    """It was put into the bin."""
    with make.transaction() as database:
        database.get(Partner, partner.id).binned_at = clock.now()


def followed_up(make, _session, partner):
    """Somebody took it over."""
    user = make.user()
    with make.transaction() as database:
        database.scalars(sa.select(Follow).where(Follow.partner_id == partner.id)).one().owner_id = user.id


def a_child(make, _session, partner):
    """It is now the head of a group."""
    make.partner("Succursale", parent_id=partner.id)


@pytest.mark.parametrize("known", [{}, {"siret": "73282932000074", "phone": "+33199001288", "sector": "Bois"}])
def test_a_partner_merged_since_stays_until_the_merge_is_undone(app, make, dev, session, state, known):
    """Whichever of the two remains."""
    other = make.partner("Meunerie du Lac", **known)
    before = state()
    public_id = do_import(app, make, dev)
    imported = session.scalars(sa.select(Partner).where(Partner.name == "Garage du Parc")).one()
    actor, later = make.actor(dev), clock.now() + timedelta(minutes=1)
    merge = merge_all(make, actor, [other, imported], later)
    ask(app, make, dev, public_id)
    session.rollback()
    assert {one.id for one in session.scalars(sa.select(Partner))} == {other.id, imported.id}
    assert session.scalars(sa.select(Contact.last_name)).all() == ["Durand-Test"]
    undo_merge(make, actor, merge, later + timedelta(minutes=1))
    ask(app, make, dev, public_id)
    left_out = {"merges", "merged_records"}
    assert {name: rows for name, rows in state().items() if name not in left_out} == {
        name: rows for name, rows in before.items() if name not in left_out
    }


@pytest.mark.parametrize("touch", [follow_elsewhere, a_todo, a_contact, in_the_bin, followed_up, a_child])
def test_whatever_was_done_with_a_partner_keeps_it(app, make, dev, session, touch):
    public_id = do_import(app, make, dev)
    touch(make, session, session.scalars(sa.select(Partner).where(Partner.name == "Fleurs du Sorbier")).one())
    ask(app, make, dev, public_id)
    assert "Fleurs du Sorbier" in names(session)
    assert "Garage du Parc" not in names(session)


def test_a_change_that_was_taken_back_is_none(app, make, dev, session, state):
    before = state()
    public_id = do_import(app, make, dev)
    actor = make.actor(dev)
    for phone in ("+33199001299", "+33199001234"):
        with make.transaction(actor, clock.now()) as database:
            garage = database.scalars(sa.select(Partner).where(Partner.name == "Garage du Parc")).one()
            partners.set_facts(database, garage, {"phone": phone}, updated_at=clock.now(), actor=actor)
    ask(app, make, dev, public_id)
    assert state() == before


def test_only_its_author_and_the_direction_may(app, make, browser, dev, session, snapshot):
    public_id = do_import(app, make, dev)
    colleague = make.user()
    browser.enter(colleague, make.home)
    before = snapshot()
    assert "Annuler cet import…" not in browser.get(f"/importer/{public_id}").text
    assert (
        "Seules la personne qui a fait cet import et la direction"
        in browser.get(f"/importer/{public_id}/annulation").text
    )
    forged = browser.form("/importer").values | {"version": the_import(session).version}
    assert browser.client.post(f"/importer/{public_id}/annuler", data=forged).status_code == 403
    assert snapshot() == before
    director = make.user(roles=[Role.DIRECTOR])
    browser.enter(director, make.home)
    assert undo(browser, public_id).status_code == 303
    session.expire_all()
    assert names(session) == []


def test_who_lost_the_right_meanwhile_undoes_nothing(app, make, dev, session):
    public_id = do_import(app, make, dev)
    actor = make.actor(dev)
    with make.transaction(actor, clock.now()) as database:
        one = database.scalars(sa.select(Import)).one()
        services.ask(database, one, version=one.version, actor=actor, now=clock.now())
    with make.transaction() as database:
        database.execute(sa.text("UPDATE memberships SET role = 'ben'"))
    job.run_pending(app, clock=clock.now)
    one = the_import(session)
    assert (one.public_id, one.state, len(names(session))) == (public_id, ImportState.DONE, 3)
    assert one.error


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": ImportState.READY, "done_at": None}, "n&#39;a rien écrit"),
        ({"watched": ""}, "avant que l&#39;application sache"),
        ({"done_at": clock.now() - KEPT}, "plus de 90 jours"),
    ],
)
def test_what_cannot_be_undone_says_why(app, make, browser, dev, session, snapshot, values, words):
    public_id = do_import(app, make, dev)
    with make.transaction() as database:
        one = database.scalars(sa.select(Import)).one()
        for name, value in values.items():
            setattr(one, name, value)
    before = snapshot()
    assert words in browser.get(f"/importer/{public_id}/annulation").text
    forged = browser.form("/importer").values | {"version": the_import(session).version}
    refused = browser.client.post(f"/importer/{public_id}/annuler", data=forged)
    assert refused.status_code == 409
    assert words in refused.text
    assert snapshot() == before


def test_two_people_undo_and_one_is_told(app, make, browser, dev, session):
    public_id = do_import(app, make, dev)
    form = browser.form(f"/importer/{public_id}/annulation", action=f"/importer/{public_id}/annuler")
    undo(browser, public_id)
    assert browser.client.post(form.action, data=form.values).status_code == 409


def test_changes_are_forgotten_after_ninety_days(app, make, dev, session):
    do_import(app, make, dev)
    with make.transaction() as database:
        assert services.forget(database, now=clock.now() + KEPT - timedelta(days=1)) == 0
    with make.transaction() as database:
        assert services.forget(database, now=clock.now() + KEPT + timedelta(days=1)) == 1
    assert session.scalars(sa.select(ImportChange)).all() == []
    assert len(names(session)) == 3


def test_the_undo_costs_the_same_number_of_queries_however_long_the_file(app, make, browser, dev):
    short = do_import(app, make, dev, f"{HEADINGS}\nGarage du Parc;92160;Antony;;Paul;Durand-Test;\n")
    rows = "".join(f"Entreprise {word};75013;Paris;;Jeanne;Petit-{word};\n" for word in words())
    long = do_import(app, make, dev, f"{HEADINGS}\n{rows}")
    counted = []
    for public_id in (short, long):
        browser.get(f"/importer/{public_id}/annulation")
        with statements(app) as seen:
            browser.get(f"/importer/{public_id}/annulation")
        counted.append(len(seen))
    assert counted[0] == counted[1]


def words() -> Iterator[str]:
    """Names that do not resemble one another."""
    yield from ("Abricot", "Brigantin", "Cormoran", "Dolmen", "Fougère", "Girouette", "Kiosque", "Lavandin", "Quartz")


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Garage du Parc", "Atelier Lumen", "Quincaillerie Brunel", "Zeste & Cie", "Menuiserie Aubin"]),
        st.sampled_from(["", "92160", "75013", "abc"]),
        st.sampled_from(["", "Antony", "Paris", "Sceaux"]),
        st.sampled_from(["", "01 99 00 12 34", "0199001235"]),
        st.sampled_from(["", "Paul", "Jeanne"]),
        st.sampled_from(["", "Durand-Test", "Petit-Test"]),
        st.sampled_from(["", "gérant"]),
    ),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, again=ROWS)
def test_import_then_undo_is_the_identity(app, make, state, rows, again):
    """On every table: two imports one after the other, undone in the other order."""
    user = _once(make)
    before = state()
    files = ["\n".join([HEADINGS, *(";".join(row) for row in lines), ""]) for lines in (rows, again)]
    done = [do_import(app, make, user, text) for text in files]
    for public_id in reversed(done):
        with contextlib.suppress(services.CannotUndo):  # it had written nothing
            ask(app, make, user, public_id)
    assert state() == before


_people = {}


def _once(make):
    """The person of this test, and a known company with somebody in it."""
    if make.app not in _people:
        _people.clear()
        _people[make.app] = make.user()
        known = make.partner("Garage du Parc")
        make.follow(known)
        make.contact(known, last_name="Durand-Test", first_name="Paul")
    return _people[make.app]
