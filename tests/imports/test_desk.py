"""An import made on screen: brought, corrected, looked at, answered, written in one go or not at all."""

import io
import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access.policy import Role
from crm.imports.desk import services
from crm.imports.enums import Choice, ImportState
from crm.imports.models import Import, ImportChange, ImportChoice
from crm.imports.work import job
from crm.imports.work import services as work
from crm.partners.contacts.keys import email_hash
from crm.partners.enums import FollowStage
from crm.partners.models import Contact, Follow, Opposition, Partner
from crm.reminders.scheduler import Scheduler

FILE = (
    "Raison sociale;CP;Ville;Téléphone\nGarage du Parc;92160;Antony;01 99 00 12 34\nBoulangerie Vasseur;;;\n;92160;;\n"
)


@pytest.fixture
def dev(make, browser):
    """A development manager at the screen."""
    user = make.user()
    browser.enter(user, make.home)
    return user


def bring(browser, text, name="partenaires.csv"):
    """Send a file; the answer."""
    content = text if isinstance(text, bytes) else text.encode()
    form = browser.form("/importer")
    return browser.client.post("/importer", data=form.values | {"file": (io.BytesIO(content), name)})


def the_import(session):
    """The one there is."""
    return session.scalars(sa.select(Import)).one()


def names(session):
    """The partners there are."""
    return sorted(session.scalars(sa.select(Partner.name)))


def test_a_file_is_brought_looked_at_and_written(browser, dev, session):
    answer = bring(browser, FILE)
    assert answer.status_code == 303
    answer.close()
    page = browser.get(answer.location).text
    assert "2 partenaires seront créés" in page
    assert "le nom manque" in browser.get(f"{answer.location}?voir=wrong").text
    assert names(session) == [], "nothing is written before somebody said so"

    done = browser.submit(answer.location, {}, action=f"{answer.location}/confirmer")
    done.close()
    assert done.status_code == 303
    assert names(session) == ["Boulangerie Vasseur", "Garage du Parc"]
    assert set(session.scalars(sa.select(Follow.stage))) == {FollowStage.POOL}
    assert set(session.scalars(sa.select(Follow.source))) == {"partenaires.csv"}
    one = the_import(session)
    assert one.state is ImportState.DONE
    assert sorted(session.scalars(sa.select(ImportChange.line).where(ImportChange.follow_id.is_not(None)))) == [2, 3]
    assert "Import terminé" in browser.get(answer.location).text
    report = browser.get(f"{answer.location}/compte-rendu.csv")
    assert report.get_data().startswith(b"\xef\xbb\xbf")
    assert "Garage du Parc;nouvelle" in report.text


def test_the_same_file_again_creates_nothing(browser, dev, session):
    for expected in ("2 partenaires seront créés", "0 partenaire"):
        answer = bring(browser, FILE)
        answer.close()
        assert expected in browser.get(answer.location).text
        browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
        assert names(session) == ["Boulangerie Vasseur", "Garage du Parc"]


@pytest.mark.parametrize(("choice", "count"), [("other", 2), ("same", 1), ("aside", 1), (None, 1)])
def test_a_doubtful_row_waits_for_an_answer(make, browser, dev, session, choice, count):
    make.partner("Garage du Parc")
    answer = bring(browser, "nom;ville\nGarage Parc Auto;Antony\n")
    answer.close()
    page = browser.get(answer.location).text
    assert "1 ligne douteuse attend votre réponse" in page
    if choice:
        said = browser.submit(answer.location, {"row-2": choice, "row-77": "other"}, action=f"{answer.location}/choix")
        assert said.status_code == 303
        assert session.execute(sa.select(ImportChoice.line, ImportChoice.choice)).all() == [(2, Choice(choice))]
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    assert len(names(session)) == count


def test_columns_nobody_recognised_are_named(browser, dev, session):
    answer = bring(browser, "qui;où\nGarage du Parc;Antony\n")
    answer.close()
    page = browser.get(answer.location)
    assert "Aucune colonne de nom" in page.text
    refused = browser.submit(answer.location, {"city": "1"}, action=f"{answer.location}/colonnes")
    assert refused.status_code == 422
    assert "quelle colonne contient le nom" in refused.text
    twice = browser.submit(answer.location, {"name": "0", "city": "0"}, action=f"{answer.location}/colonnes")
    assert twice.status_code == 422
    named = browser.submit(answer.location, {"name": "0", "city": "1"}, action=f"{answer.location}/colonnes")
    named.close()
    assert named.status_code == 303
    assert "1 partenaire sera créé" in browser.get(answer.location).text
    assert json.loads(the_import(session).mapping) == {"name": 0, "city": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "vide"), (b"%PDF-1.7", "PDF"), ("nom\n".encode("utf-16"), "UTF-16"), (b'nom\n"Garage', "guillemet")],
)
def test_a_bad_file_is_refused_in_one_sentence(browser, dev, session, snapshot, content, words):
    before = snapshot()
    answer = bring(browser, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert snapshot() == before


def test_an_import_is_given_up(browser, dev, session):
    answer = bring(browser, FILE)
    answer.close()
    browser.submit(answer.location, {}, action=f"{answer.location}/abandonner")
    one = the_import(session)
    assert one.state is ImportState.ABANDONED
    assert session.scalar(sa.select(Import.content)) is None
    refused = browser.client.post(
        f"{answer.location}/confirmer", data=browser.form("/importer").values | {"version": one.version}
    )
    assert refused.status_code == 409
    assert names(session) == []


def test_two_people_confirm_and_one_is_told(browser, dev, session):
    answer = bring(browser, FILE)
    answer.close()
    form = browser.form(answer.location, action=f"{answer.location}/confirmer")
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    late = browser.client.post(form.action, data=form.values)
    assert late.status_code == 409
    assert len(names(session)) == 2


def test_who_lost_the_right_meanwhile_writes_nothing(app, make, session):
    user = make.user(roles=[Role.DEVELOPER])
    with make.transaction(make.actor(user)) as database:
        one = services.bring(database, "a.csv", FILE.encode(), actor=make.actor(user), now=clock.now())
        public_id = one.public_id
    with make.transaction() as database:
        database.execute(sa.text("UPDATE memberships SET role = 'ben'"))
    assert job.run_pending(app, clock=clock.now) == 1
    one = the_import(session)
    assert (one.public_id, one.state, one.error) == (public_id, ImportState.FAILED, work.AUTHOR_LEFT)


def test_a_lease_that_ended_is_taken_over_and_the_late_one_writes_nothing(app, make, session):
    user = make.user()
    actor = make.actor(user)
    with make.transaction(actor) as database:
        services.bring(database, "a.csv", FILE.encode(), actor=actor, now=clock.now())
    job.run_pending(app, clock=clock.now)
    with make.transaction(actor) as database:
        one = database.scalars(sa.select(Import)).one()
        one.state = ImportState.WRITING
    with make.transaction() as database:
        dead = work.take(database, now=clock.now(), lease=job.LEASE)
    assert dead is not None
    assert job.run_pending(app, clock=clock.now) == 0, "somebody holds it"
    assert job.run_pending(app, clock=lambda: clock.now() + job.LEASE + timedelta(seconds=1)) == 1
    assert names(session) == ["Boulangerie Vasseur", "Garage du Parc"]
    with make.transaction() as database:
        assert not work.still_ours(database, dead)


def test_three_deaths_are_enough(app, make, session):
    user = make.user()
    actor = make.actor(user)
    with make.transaction(actor) as database:
        services.bring(database, "a.csv", FILE.encode(), actor=actor, now=clock.now())
    later = clock.now()
    for _ in range(work.MOST_ATTEMPTS):
        later += job.LEASE + timedelta(seconds=1)
        with make.transaction() as database:
            assert work.take(database, now=later, lease=job.LEASE)
    later += job.LEASE + timedelta(seconds=1)
    assert job.run_pending(app, clock=lambda: later) == 0
    assert the_import(session).error == work.DIED


def test_files_are_forgotten_after_a_week(app, make, session):
    user = make.user()
    actor = make.actor(user)
    then = clock.now()
    with make.transaction(actor) as database:
        services.bring(database, "a.csv", FILE.encode(), actor=actor, now=then)
    with make.transaction() as database:
        services.forget_files(database, now=then + timedelta(days=6))
    assert session.scalar(sa.select(Import.content)) is not None
    with make.transaction() as database:
        services.forget_files(database, now=then + timedelta(days=8))
    assert session.scalar(sa.select(Import.content)) is None
    assert the_import(session).state is ImportState.ABANDONED


def test_people_come_along_and_objectors_do_not(app, browser, dev, make, session):
    text = (
        "nom;courriel;prénom;nom du contact;fonction;mail du contact;tel contact\n"
        "Garage du Parc;garage@exemple.test;Paul;Durand-Test;gérant;paul@exemple.test;01 99 00 12 34\n"
        "Fleurs du Sorbier;NON@exemple.test;Jeanne;Petit-Test;;jeanne@exemple.test;\n"
        "Atelier Lumen;;;Martin-Test;;Non@Exemple.test;\n"
    )
    for address in ("non@exemple.test",):
        mark = email_hash(address, key=app.config["SECRET_KEY"])
        make.add(Opposition(email_hash=mark, opposed_on=date(2026, 1, 5)))
    answer = bring(browser, text)
    answer.close()
    page = browser.get(answer.location).text
    assert "adresse d&#39;une personne qui s&#39;est opposée, laissée de côté" in page
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    people = session.execute(
        sa.select(Contact.first_name, Contact.last_name, Contact.phone).order_by(Contact.last_name)
    )
    assert [tuple(row) for row in people] == [("Paul", "Durand-Test", "+33199001234"), ("Jeanne", "Petit-Test", None)]
    assert dict(session.execute(sa.select(Partner.name, Partner.email)).all()) == {
        "Garage du Parc": "garage@exemple.test",
        "Fleurs du Sorbier": None,
        "Atelier Lumen": None,
    }


def test_the_scheduler_finishes_what_a_process_left(app, make, session):
    user = make.user()
    actor = make.actor(user)
    with make.transaction(actor) as database:
        services.bring(database, "a.csv", FILE.encode(), actor=actor, now=clock.now())
    Scheduler(app).finish()
    assert the_import(session).state is ImportState.READY
