"""The few partners that a row may be: offered, chosen, written to the one chosen and to no other."""

import io

import pytest
import sqlalchemy as sa

from crm.access.policy import Role
from crm.imports import matches
from crm.imports.enums import Outcome
from crm.imports.models import ImportChoice
from crm.imports.staged import StagedMatch, StagedRow, dump_rows, load_rows
from crm.interactions.models import Interaction
from crm.partners.models import Partner
from crm.sentences import Sentence

ROW = "nom;ville;téléphone\nGarage Parc Auto;Antony;01 99 00 12 34\n"


def test_the_first_few_once_each():
    some = [("a", 1), ("b", 2), ("a", 3), ("c", 4), ("d", 5)]
    assert matches.distinct(some) == [1, 2, 4]
    assert matches.first(["a", "b", "c"], "b") == [1, 0, 2]
    assert matches.first(["a"], "z") is None
    assert matches.word_of(matches.Place("xyz", None)) == "xyz"
    assert matches.word_of(matches.Place(None, 12)) == "@12"


def a_row():
    other = StagedMatch(like="Parc", like_city="Antony", like_id=None, like_line=3, reasons=(Sentence("même commune"),))
    return StagedRow(
        line=2, name="Garage", city="", outcome=Outcome.DOUBTFUL, like="Garage du Parc", like_id="abc", others=(other,)
    )


def test_what_was_said_comes_first_and_is_kept():
    row = a_row()
    said = row.as_said("@3")

    assert (said.like, said.word, said.reasons) == ("Parc", "@3", (Sentence("même commune"),))
    assert [one.like for one in said.others] == ["Garage du Parc"]
    assert said.as_said("abc") == row
    assert row.as_said(None) == row.as_said("nobody") == row
    assert load_rows(dump_rows([row, said])) == [row, said]


@pytest.fixture
def two(make):
    """Two partners that one row resembles, and a third it does not."""
    make.partner("Tout autre nom", city="Blois")
    return make.partner("Garage du Parc", city="Antony"), make.partner("Garage du Parc Auto Sud", city="Antony")


def bring(browser, text):
    form = browser.form("/importer")
    answer = browser.client.post("/importer", data=form.values | {"file": (io.BytesIO(text.encode()), "f.csv")})
    answer.close()
    return answer.location


def test_the_second_best_is_chosen(make, browser, session, two):
    browser.enter(make.user(roles=[Role.DEVELOPER]), make.home)
    where = bring(browser, ROW)
    page = browser.get(where).text
    assert "fiche lui ressemble aussi" in page
    best, second = two if f'same:{two[0].public_id}"' in page.split("ressemble aussi")[0] else two[::-1]

    browser.submit(where, {"row-2": f"same:{second.public_id}"}, action=f"{where}/choix").close()
    again = browser.get(where).text.split("ressemble aussi")[0]
    assert f'value="same:{second.public_id}"' in again, "the one chosen comes first, with what the row brings it"

    browser.submit(where, {}, action=f"{where}/confirmer").close()
    phones = dict(session.execute(sa.select(Partner.public_id, Partner.phone)).all())
    assert phones[second.public_id] == "+33199001234"
    assert phones[best.public_id] is None
    assert len(phones) == 3


def test_somebody_whom_the_row_does_not_resemble_is_not_chosen(make, browser, session, two):
    browser.enter(make.user(roles=[Role.DEVELOPER]), make.home)
    where = bring(browser, ROW)
    stranger = session.scalars(sa.select(Partner).where(Partner.name == "Tout autre nom")).one()
    browser.submit(where, {"row-2": f"same:{stranger.public_id}"}, action=f"{where}/choix").close()

    assert session.scalars(sa.select(ImportChoice.target)).all() == [None]
    browser.submit(where, {}, action=f"{where}/confirmer").close()
    session.expire_all()
    assert session.get(Partner, stranger.id).phone is None


def test_ticks_of_another_are_forgotten(make, browser, session, two):
    browser.enter(make.user(roles=[Role.DEVELOPER]), make.home)
    where = bring(browser, ROW)
    page = browser.get(where).text
    second = two[1] if f'same:{two[0].public_id}"' in page.split("ressemble aussi")[0] else two[0]
    form = {"row-2": f"same:{second.public_id}", "shown-2": "1", "set-2": "name"}
    browser.submit(where, form, action=f"{where}/choix").close()

    assert session.scalars(sa.select(ImportChoice.fields)).all() == [None]


def test_the_exchanges_of_a_company_go_to_the_one_chosen(make, browser, session, two):
    browser.enter(make.user(roles=[Role.DEVELOPER]), make.home)
    form = browser.form("/importer")
    text = "entreprise;ville;date;compte rendu\nGarage Parc Auto;Antony;03/11/2026;Vu le chef d'atelier\n"
    sent = form.values | {"file": (io.BytesIO(text.encode()), "f.csv"), "kind": "exchanges"}
    answer = browser.client.post("/importer", data=sent)
    answer.close()
    where = answer.location
    page = browser.get(where).text
    second = two[1] if f'same:{two[0].public_id}"' in page.split("ressemble aussi")[0] else two[0]
    browser.submit(where, {"row-2": f"same:{second.public_id}"}, action=f"{where}/choix").close()
    browser.submit(where, {}, action=f"{where}/confirmer").close()

    assert session.scalars(sa.select(Interaction.partner_id)).all() == [second.id]
