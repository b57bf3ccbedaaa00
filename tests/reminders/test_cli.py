"""`passerelle reminders sweep`: dry by default, in the hour of Paris, safe to repeat."""

from collections.abc import Callable
from datetime import date

import pytest

from crm.reminders.cli import NO_SERVER
from crm.web.application import Application
from tests.factories import Factory
from tests.smtp import MailServer

Rows = dict[str, list[tuple[object, ...]]]
MONDAY = date(2026, 11, 23)
DRY = "Rien n'a été écrit ni envoyé : ajoutez --for-real pour le faire."


def sweep(app: Application, *options: str) -> list[str]:
    result = app.test_cli_runner().invoke(args=["reminders", "sweep", *options])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


@pytest.fixture(autouse=True)
def _reader(make: Factory) -> None:
    make.todo(make.partner(), make.user(email="ines@exemple.test"), due_on=MONDAY)


def test_dry_it_says_what_and_writes_nothing(
    app: Application, mail_server: MailServer, snapshot: Callable[[], Rows]
) -> None:
    before = snapshot()
    assert sweep(app, "--at", "2026-11-23T07:30") == [
        "Rappels à créer : 1",
        "À préparer pour ines@exemple.test : Passerelle, lundi 23 novembre : 1 à faire",
        "Récapitulatifs à préparer : 1",
        "Messages en attente d'envoi : 0",
        DRY,
    ]
    assert snapshot() == before
    assert mail_server.recipients == []


@pytest.mark.usefixtures("mail_server")
def test_the_hour_is_that_of_paris(app: Application) -> None:
    assert sweep(app, "--at", "2026-11-23T07:29")[1] == "Récapitulatifs à préparer : 0"
    assert sweep(app, "--at", "2026-11-23T08:31")[1].startswith("À préparer pour ines@exemple.test (en retard) : ")


def test_for_real_it_sends_and_a_second_time_it_does_not(app: Application, mail_server: MailServer) -> None:
    options = ("--at", "2026-11-23T07:30", "--for-real")
    sent = "Envoyés : 1 ; reportés : 0 ; refusés : 0"
    assert sweep(app, *options) == ["Rappels créés : 1", "Récapitulatifs préparés : 1", sent]
    none = "Envoyés : 0 ; reportés : 0 ; refusés : 0"
    assert sweep(app, *options) == ["Rappels créés : 0", "Récapitulatifs préparés : 0", none]
    assert sweep(app, "--at", "2026-11-23T07:30")[1] == "Récapitulatifs à préparer : 0"
    assert mail_server.recipients == [["ines@exemple.test"]]


def test_without_a_server_it_says_so(app: Application) -> None:
    assert sweep(app, "--at", "2026-11-23T07:30", "--for-real") == [
        "Rappels créés : 1",
        "Récapitulatifs préparés : 1",
        NO_SERVER,
    ]
    assert sweep(app, "--at", "2026-11-23T07:31") == [
        "Rappels à créer : 0",
        "Récapitulatifs à préparer : 0",
        "Messages en attente d'envoi : 1",
        NO_SERVER,
        DRY,
    ]


def test_an_hour_nobody_can_read(app: Application) -> None:
    result = app.test_cli_runner().invoke(args=["reminders", "sweep", "--at", "demain"])
    assert result.exit_code == 2
