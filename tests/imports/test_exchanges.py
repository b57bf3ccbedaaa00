"""A history of exchanges: days, kinds and people read as people write them; noted once; never a new request; undone."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import clock
from crm.imports.enums import Choice, ImportKind
from crm.imports.exchanges.days import OLDEST, read_moment
from crm.imports.exchanges.words import direction_of, kind_of
from crm.imports.models import Import, ImportChoice
from crm.imports.undoing import services as undoing
from crm.interactions.enums import Direction, InteractionKind, Nature
from crm.interactions.models import Interaction
from crm.partners.models import Partner
from tests.imports.test_desk import dev  # noqa: F401  a fixture
from tests.imports.test_undo import ask, do_import, state, undo  # noqa: F401  a fixture

TODAY = date(2026, 11, 27)
K = InteractionKind


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("12/03/2024", date(2024, 3, 12), None), ("12-3-24", date(2024, 3, 12), None),
        ("12.03.2024", date(2024, 3, 12), None), ("2024-03-12", date(2024, 3, 12), None),
        ("mardi 12 mars 2024", date(2024, 3, 12), None), ("1er août 2023", date(2023, 8, 1), None),
        ("12 déc. 23", date(2023, 12, 12), None), ("Février 2025", date(2025, 2, 1), None),
        ("45363", date(2024, 3, 12), None), ("45363.6041", date(2024, 3, 12), None),
        ("12/03/2024 14:30", date(2024, 3, 12), time(14, 30)), ("12/03/2024 à 9h", date(2024, 3, 12), time(9)),
        ("le 12/03/2024 vers 14 h 15", date(2024, 3, 12), time(14, 15)), ("27/11/2026", TODAY, None),
    ],
)  # fmt: skip
def test_a_day_as_people_write_it(text, day, hour):
    moment = read_moment(text, today=TODAY)
    assert (moment.error, moment.day, moment.hour) == (None, day, hour or time(12))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "manque"), ("bientôt", "illisible"), ("31/02/2024", "illisible"), ("12/03", "illisible"),
        ("28/11/2026", "à venir"), ("12/03/1889", "trop ancienne"), ("99999", "à venir"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_an_error(text, words):
    assert words in str(read_moment(text, today=TODAY).error)


@given(st.dates(OLDEST, TODAY), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "le %d-%m-%Y"]))
def test_every_day_is_read_back(day, form):
    assert read_moment(day.strftime(form), today=TODAY).day == day
    assert read_moment(str((day - date(1899, 12, 30)).days), today=TODAY).day == day


@given(st.text(max_size=80))
def test_whatever_is_written_gives_a_day_or_an_error(text):
    moment = read_moment(text, today=TODAY)
    assert (moment.day is None) == (moment.error is not None)


@pytest.mark.parametrize(
    ("said", "text", "expected"),
    [
        ("Appel", "", K.CALL), ("tél.", "", K.CALL), ("", "Message laissé sur répondeur", K.CALL),
        ("Mail", "", K.EMAIL),
        ("", "Courriel envoyé à la DRH", K.EMAIL), ("RDV", "", K.APPOINTMENT), ("rendez-vous", "", K.APPOINTMENT),
        ("Visite", "", K.VISIT), ("", "Visité l'atelier", K.VISIT), ("Visio", "", K.VIDEO), ("SMS", "", K.MESSAGE),
        ("Courrier", "", K.LETTER), ("Salon", "", K.EVENT), ("COPIL", "", K.COMMITTEE), ("e-mailing", "", K.MAILING),
        ("Visioconférence", "", K.VIDEO), ("truc", "", None), ("", "", None), ("rencontre", "tél.", K.APPOINTMENT),
    ],
)  # fmt: skip
def test_a_kind_is_guessed_from_words(said, text, expected):
    assert kind_of(said, text) is expected


@pytest.mark.parametrize(
    ("said", "text", "expected"),
    [
        ("Appel reçu", "", Direction.THEIRS), ("", "Ils nous ont contactés pour deux postes", Direction.THEIRS),
        ("Appel", "Nous les avons appelés", Direction.OURS), ("Visite", "", Direction.OURS),
    ],
)  # fmt: skip
def test_who_took_the_step(said, text, expected):
    assert direction_of(said, text) is expected


HISTORY = (
    "Entreprise\tDate\tQui\tType\tCommentaire\n"
    "Garage du Parc\t12/03/2024\tSonia\tAppel\tDeux postes en avril\n"
    "Garage du Parc\t45363\tSonia\tAppel\tDeux postes en avril\n"
    "garage du parc\t15 avril 2024\tKarim B.\tVisite\tVu l'atelier\n"
    "Inconnue au bataillon\t12/03/2024\tSonia\tMail\tSans réponse\n"
    "Garage du Parc\tbientôt\tSonia\tAppel\t\n"
    "\t12/03/2024\tSonia\tAppel\tQui ?\n"
)


def bring_history(browser, text=HISTORY):
    """The history pasted on the screen; its address."""
    answer = browser.submit("/importer", {"pasted": text, "kind": "exchanges"})
    answer.close()
    assert answer.status_code == 303
    return answer.location


def exchanges(session):
    """What was noted, as it is now."""
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(Interaction).order_by(Interaction.held_at, Interaction.id)).all()


def test_a_history_is_noted_once_with_its_colleagues(make, browser, dev, session):  # noqa: F811
    sonia = make.user(first_name="Sonia", last_name="Rivière")
    garage = make.partner("Garage du Parc")
    here = bring_history(browser)
    page = " ".join(browser.get(f"{here}?voir=same").text.split())
    assert "2 échanges seront notés" in page or "3 échanges seront notés" in page
    assert "personne inconnue dans votre structure : Karim B." in page
    wrong = browser.get(f"{here}?voir=wrong").text
    assert "date illisible : bientôt" in wrong
    assert "le nom manque" in wrong
    assert exchanges(session) == []
    browser.submit(here, {}, action=f"{here}/confirmer").close()

    first, second = exchanges(session)
    assert (first.partner_id, first.author_id, first.kind) == (garage.id, sonia.id, K.CALL)
    assert first.held_at == datetime(2024, 3, 12, 11, tzinfo=UTC), "noon in Paris"
    assert first.report == "Deux postes en avril"
    assert (second.author_id, second.kind) == (dev.id, K.VISIT)
    assert second.report == "Noté par Karim B.. Vu l'atelier"
    assert {first.nature, second.nature} == {Nature.FOLLOW_UP}, "nothing of a history is a new request"
    assert session.scalars(sa.select(Partner.name)).all() == ["Garage du Parc"], "no company is created unasked"
    assert "2 échanges notés" in browser.get(here).text


def test_the_same_history_again_notes_nothing(make, browser, dev, session):  # noqa: F811
    make.partner("Garage du Parc")
    for _ in range(2):
        here = bring_history(browser)
        browser.submit(here, {}, action=f"{here}/confirmer").close()
        assert len(exchanges(session)) == 2
    assert "dont 3 déjà notés" in browser.get(f"{bring_history(browser)}?voir=same").text


def test_an_unknown_company_is_created_when_asked(make, browser, dev, session, state):  # noqa: F811
    before = state()
    here = bring_history(browser)
    page = browser.get(f"{here}?voir=new").text
    assert "Inconnue au bataillon" in page
    browser.submit(f"{here}?voir=new", {"row-5": "other"}, action=f"{here}/choix").close()
    browser.submit(here, {}, action=f"{here}/confirmer").close()
    assert [one.report for one in exchanges(session)] == ["Noté par Sonia. Sans réponse"]
    assert session.scalars(sa.select(Partner.name)).all() == ["Inconnue au bataillon"]
    undo(browser, session.scalars(sa.select(Import.public_id)).one())
    session.rollback()
    assert state() == before


def test_a_history_is_undone_but_for_what_was_rewritten(make, browser, dev, session, state):  # noqa: F811
    make.partner("Garage du Parc")
    here = bring_history(browser)
    before = state()
    browser.submit(here, {}, action=f"{here}/confirmer").close()
    public_id = session.scalars(sa.select(Import.public_id)).one()
    assert "2 échanges créés par cet import seront supprimés" in browser.get(f"/importer/{public_id}/annulation").text
    actor = make.actor(dev)
    with make.transaction(actor, clock.now() + timedelta(minutes=1)) as database:
        database.scalars(sa.select(Interaction).where(Interaction.kind == K.VISIT)).one().report = "Trois postes"
    undo(browser, public_id)
    assert [one.report for one in exchanges(session)] == ["Trois postes"]
    with make.transaction(actor) as database:
        database.delete(database.scalars(sa.select(Interaction).options(sa.orm.selectinload("*"))).one())
    assert state() == before


def test_columns_of_a_history_are_named(browser, dev, session):  # noqa: F811
    here = bring_history(browser, "qui donc\tquand\nGarage du Parc\t12/03/2024\n")
    assert "n&#39;a pas été reconnue" in browser.get(here).text or "n'a pas été reconnue" in browser.get(here).text
    refused = browser.submit(here, {"name": "0"}, action=f"{here}/colonnes")
    assert refused.status_code == 422
    assert "quelle colonne contient la date" in refused.text
    named = browser.submit(here, {"name": "0", "held_on": "1"}, action=f"{here}/colonnes")
    named.close()
    assert named.status_code == 303
    assert "Garage du Parc" in browser.get(here).text


LINES = st.lists(
    st.tuples(
        st.sampled_from(["Garage du Parc", "garage du parc", "Zeste & Cie", "Inconnue", ""]),
        st.sampled_from(["12/03/2024", "45363", "mars 2024", "bientôt", "1er août 2025 à 9h"]),
        st.sampled_from(["", "Sonia", "Karim"]),
        st.sampled_from(["Appel", "Visite", "truc", ""]),
        st.sampled_from(["", "Deux postes", "Rappeler en mai"]),
    ),
    max_size=8,
)
_people = {}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, is_created=st.booleans())
def test_a_history_undone_is_the_identity(app, make, state, lines, is_created):  # noqa: F811
    """On every table, whether unknown companies are created or not."""
    if app not in _people:
        _people.clear()
        _people[app] = make.user()
        make.user(first_name="Sonia", last_name="Rivière")
        for name in ("Garage du Parc", "Zeste & Cie"):
            make.follow(make.partner(name))
    before = state()
    text = "\n".join(["Entreprise\tDate\tQui\tType\tCommentaire", *("\t".join(line) for line in lines), ""])

    def create_all(database, one):
        for line in range(2, 12) if is_created else ():
            database.add(ImportChoice(import_id=one.id, line=line, choice=Choice.OTHER))

    done = do_import(app, make, _people[app], text, prepare=create_all, kind=ImportKind.EXCHANGES)
    with contextlib.suppress(undoing.CannotUndo):  # it had written nothing
        ask(app, make, _people[app], done)
    assert state() == before


def test_the_command_is_dry_then_notes_them_once(make, session, snapshot, tmp_path):
    make.partner("Garage du Parc", city="Antony")
    user = make.user()
    file = tmp_path / "passé.csv"
    file.write_text(
        "entreprise;ville;date;qui;compte rendu\nGarage du Parc;Antony;12/03/2024;;Vu le chef d'atelier\n"
        "Garage du Parc;Antony;bientôt;;\nVertadier;Blois;13/03/2024;;Rappelé\n",
        encoding="utf-8",
    )

    def run(*options, status=0):
        done = make.app.test_cli_runner().invoke(args=["import", "exchanges", str(file), *options])
        assert done.exit_code == status, (done.output, done.exception)
        return done.output

    before = snapshot()
    assert "Précisez --as" in run(status=1)
    said = run("--as", user.email)
    assert "Reconnues : 1, douteuses : 0, inconnues : 1. Lignes en erreur : 1." in said
    assert "Échanges à noter : 1. Essai à blanc" in said
    assert "illisible" in said
    assert snapshot() == before

    for noted in (1, 0):
        said = run("--as", user.email, "--for-real", "--report", str(tmp_path / "r.csv"))
        assert f"Échanges notés : {noted}." in said
        session.rollback()
        assert session.scalars(sa.select(Interaction.report)).all() == ["Vu le chef d'atelier"]
    assert len((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()) == 4
    kept = session.scalars(sa.select(Import).order_by(Import.id)).first()
    assert (kept.kind, kept.author_id) == (ImportKind.EXCHANGES, user.id)

    file.write_text("entreprise;ville\nGarage du Parc;Antony\n", encoding="utf-8")
    assert "colonne du nom ou celle de la date" in run("--as", user.email, status=1)
