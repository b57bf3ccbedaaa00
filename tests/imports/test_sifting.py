"""The duplicates of a file on screen: as the command finds them, kept no longer than said, its author's alone."""

import csv
import io
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from crm import clock
from crm.access.policy import Role
from crm.audit.models import AuditEvent
from crm.db import transaction
from crm.dedupe import cli
from crm.dedupe.scoring import TOGETHER
from crm.dedupe.spreadsheet import link
from crm.imports.sifting import found as results
from crm.imports.sifting import job, services
from crm.imports.sifting.enums import SiftState
from crm.imports.sifting.models import SiftedFile
from crm.partners.models import Partner
from crm.sentences import Sentence
from tests.imports.test_workbook import book

ROWS = (
    "id;Raison sociale;CP;Commune;Tél;Remarques\r\n"
    "a;Garage Morel;37000;Tours;01 99 00 12 34;ancien\r\n"
    "b;SARL GARAGE MORREL;;TOURS CEDEX;+33199001234;\r\n"
    "c;Boulangerie Quillebois;37000;Tours;;\r\n"
    ";=Vertadier;41000;Blois;;\r\n"
    ";=Vertadier;41000;Blois;;\r\n"
)


@pytest.fixture
def developer(make, browser):
    user = make.user(roles=[Role.DEVELOPER])
    browser.enter(user, make.home)
    return user


def send(browser, content: bytes, name="clubs.csv"):
    form = browser.form("/doublons/fichier")
    answer = browser.client.post("/doublons/fichier", data=form.values | {"file": (io.BytesIO(content), name)})
    answer.close()
    return answer


def bring(app, name, actor, now):
    """Brought, and left by its process before it is compared."""
    with app.app_context(), transaction(actor=actor, now=now) as session:
        services.bring(session, name, ROWS.encode(), actor=actor, now=now)


def downloaded(browser, path: str) -> list[list[str]]:
    answer = browser.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def the_file(session) -> SiftedFile:
    return session.scalars(select(SiftedFile).execution_options(populate_existing=True)).one()


def test_bring_look_take_away_and_forget(browser, developer, session, tmp_path):
    answer = send(browser, ROWS.encode())
    assert answer.status_code == 303
    where = answer.location

    page = browser.get(where).text
    assert "SARL GARAGE MORREL" in page
    assert "même téléphone" in page
    assert "Ignorées : Remarques." in page
    assert "5 lignes comparées." in page

    pairs = downloaded(browser, f"{where}/paires.csv")
    assert pairs[0] == ["id1", "id2", "score", "reasons", "nom1", "nom2"]
    assert [row[:2] for row in pairs[1:]] == [["a", "b"], ["ligne 5", "ligne 6"]]
    assert pairs[2][4] == "'=Vertadier"  # no spreadsheet program runs it
    groups = downloaded(browser, f"{where}/groupes.csv")
    assert [row[0] for row in groups] == ["id", "a", "b", "c", "ligne 5", "ligne 6"]
    assert downloaded(browser, f"{where}/a-regarder.csv")[0][:4] == ["id1", "id2", "score", "reasons"]

    # The command finds the same.
    (tmp_path / "in.csv").write_bytes(ROWS.encode())
    CliRunner().invoke(cli.dedupe_file, [str(tmp_path / "in.csv"), "--pairs", str(tmp_path / "p.csv")])
    with (tmp_path / "p.csv").open(encoding="utf-8") as file:
        by_command = [(row["id1"], row["id2"], float(row["score"]), row["reasons"]) for row in csv.DictReader(file)]
    assert [(one, other, float(score), why) for one, other, score, why, *_ in pairs[1:]] == by_command

    one = the_file(session)
    assert (one.content, one.state) == (None, SiftState.DONE)
    assert session.scalars(select(Partner)).all() == []
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "sift")).all() == ["sift"]

    answer = browser.submit(where, {}, action=f"{where}/effacer")
    answer.close()
    assert answer.status_code == 303
    assert session.scalars(select(SiftedFile)).all() == []


def test_a_workbook_is_compared_too(browser, developer):
    content = book([["nom", "ville"], ["Le Cep Doré", "Blois"], ["LE CEP DORE", "Blois"]])
    page = browser.get(send(browser, content, "clubs.xlsx").location).text
    assert "1 groupe de lignes réunies." in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Le fichier est vide."),
        (b"couleur;taille\nbleu;3\n", "Aucune colonne à comparer."),
        (b'nom;ville\n"Garage;Tours\n', "Ligne 2 : un guillemet est ouvert"),
        (b"%PDF-1.7", "C&#39;est un PDF"),
    ],
)
def test_a_bad_file_is_said_and_changes_nothing(browser, developer, snapshot, content, sentence):
    before = snapshot()
    answer = send(browser, content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert snapshot() == before


def test_only_its_author_sees_it(make, browser, developer, snapshot):
    where = send(browser, ROWS.encode()).location
    browser.enter(make.user(roles=[Role.DIRECTOR]), make.home)
    before = snapshot()
    for path in ("", "/paires.csv", "/a-regarder.csv", "/groupes.csv", "/avancement"):
        assert browser.get(where + path).status_code == 404
    assert "clubs.csv" not in browser.get("/doublons/fichier").text
    assert snapshot() == before


def test_it_waits_for_whoever_compares_and_is_forgotten_after_three_days(app: Flask, make, session, developer):
    now = clock.now()
    bring(app, "a/b\\clubs.csv", make.actor(developer, roles=[Role.DEVELOPER]), now)
    one = the_file(session)
    assert (one.state, one.file_name) == (SiftState.COMPARING, "clubs.csv")

    assert job.run_pending(app, clock=clock.now) == 1
    session.expire_all()
    assert the_file(session).state is SiftState.DONE
    assert services.forget_old(session, now=now + services.KEPT) == 0
    assert services.forget_old(session, now=now + services.KEPT + timedelta(seconds=1)) == 1


def test_who_dies_three_times_gives_up(app: Flask, make, session, developer):
    now = clock.now()
    bring(app, "clubs.csv", make.actor(developer, roles=[Role.DEVELOPER]), now)
    for _ in range(3):
        assert services.take(session, now=now, lease=timedelta(minutes=1)) is not None
        assert services.take(session, now=now, lease=timedelta(minutes=1)) is None
        now += timedelta(minutes=2)
    assert services.take(session, now=now, lease=timedelta(minutes=1)) is None
    one = the_file(session)
    assert (one.state, one.content) == (SiftState.FAILED, None)


def test_the_result_is_kept_and_read_again_as_it_was():
    rows = [("1", "Garage Morel", "", "", "37000", "Tours", "0199001234", "", "", "")] * 3
    told = []
    linked = link(rows, job.watched(told.append), threshold=TOGETHER)
    some = results.found(rows, linked)

    assert results.load(results.dump(some)) == some
    assert [len(group) for group in results.groups(some)] == [3]
    assert "0199001234" not in results.dump(some)
    assert told == sorted(told)
    assert told[-1] <= 100


def test_a_group_says_why_each_row_is_there():
    records = tuple(results.Record(str(n), f"Nom {n}", "") for n in range(4))
    strong, weak = Sentence("même téléphone"), Sentence("même commune")
    pairs = (results.Pair(0, 2, 0.6, (weak,)), results.Pair(1, 2, 0.9, (strong,)), results.Pair(0, 1, 0.9, ()))
    doubtful = (results.Pair(2, 3, 0.2, (weak,)), results.Pair(1, 3, 0.3, (strong,)))
    some = results.Found(records, pairs, doubtful, (0, 0, 0, 3))

    assert [[member.reasons for member in group] for group in results.groups(some)] == [[(), (), (strong,)]]
    assert [one[0].id for one in results.doubtful(some)] == ["1", "2"]
