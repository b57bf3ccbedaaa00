"""Values reviewed once for all their rows; columns named once; tables pasted; workbooks with a sheet a colleague."""

import io

import pytest
import sqlalchemy as sa
import xlsxwriter

from crm.imports.colleagues import owner_of
from crm.imports.mapping import Field
from crm.imports.models import SavedMapping
from crm.imports.reader import SHEET_STEP, Row, read_sheet
from crm.imports.values import corrected, counted, ordered, town_key
from crm.partners.models import Follow, Partner
from tests.imports.test_desk import bring, dev, names  # noqa: F401  a fixture

PEOPLE = {1: "Inès Delmas", 2: "Ahmed Roussel", 3: "Inès Petit", 4: "Jean-Luc Martin"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Inès Delmas", 1), ("DELMAS Inès", 1), ("delmas", 1), ("Inès", None), ("Inès D.", 1), ("Ines P", 3),
        ("AR", 2), ("A. Roussel", 2), ("roussel ahmed", 2), ("Jean-Luc", 4), ("JLM", 4), ("", None), ("Karim", None),
        ("ID", 1), ("IP", 3),
    ],
)  # fmt: skip
def test_whom_a_cell_names(text, expected):
    assert owner_of(text, PEOPLE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ST-DENIS CEDEX 2", "saint denis"), ("Saint-Denis", "saint denis"), ("PARIS 13e", "paris"),
        ("Paris 13 ème", "paris"), ("Ste Geneviève", "sainte genevieve"),
    ],
)  # fmt: skip
def test_a_town_as_the_reference_folds_it(text, expected):
    assert town_key(text) == expected


def test_values_are_counted_unknown_first_and_corrected_everywhere():
    rows = [Row(line, {Field.CITY: city}) for line, city in enumerate(["Anthony", "Antony", "Anthony", "", " Sceaux"])]
    counts = counted(rows, Field.CITY)
    values = ordered(counts, {"Antony", "Sceaux"})
    assert [(one.text, one.count, one.known) for one in values] == [
        ("Anthony", 2, False), ("Antony", 1, True), ("Sceaux", 1, True),
    ]  # fmt: skip
    fixed = [corrected(row, {Field.CITY: {"Anthony": "Antony"}}).values[Field.CITY] for row in rows]
    assert fixed == ["Antony", "Antony", "Antony", "", " Sceaux"]


def test_a_wrong_value_is_corrected_once_for_all_its_rows(make, browser, dev, session):  # noqa: F811
    make.user(first_name="Sonia", last_name="Rivière")
    rows = "".join(f"Atelier {name};Anthony;bricolage;Soniah\n" for name in ("Abricot", "Dolmen", "Quartz"))
    answer = bring(browser, f"nom;ville;type;suivi par\n{rows}")
    answer.close()
    page = browser.get(answer.location).text
    assert "personne inconnue dans votre structure : Soniah" in page
    form = browser.form(answer.location, action=f"{answer.location}/valeurs")
    assert form.values["from-owner-0"] == "Soniah"
    said = {"to-owner-0": "Sonia Rivière", "to-city-0": "Antony", "to-kind-0": "Association"}
    sent = browser.submit(answer.location, said, action=f"{answer.location}/valeurs")
    sent.close()
    assert sent.status_code == 303
    page = browser.get(answer.location).text
    assert "personne inconnue" not in page
    assert browser.form(answer.location, action=f"{answer.location}/valeurs").values["to-city-0"] == "Antony"
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    assert set(session.scalars(sa.select(Partner.city))) == {"Antony"}
    assert set(session.scalars(sa.select(Partner.kind))) == {"association"}
    owners = session.scalars(sa.select(Follow.owner_id)).all()
    assert len(owners) == 3
    assert None not in owners


def test_columns_named_once_are_named_again_by_themselves(browser, dev, session):  # noqa: F811
    first = bring(browser, "qui;où\nGarage du Parc;Antony\n")
    first.close()
    said = {"name": "0", "city": "1", "mapping_name": "Liste du salon"}
    browser.submit(first.location, said, action=f"{first.location}/colonnes").close()
    kept = session.scalars(sa.select(SavedMapping)).one()
    assert (kept.name, kept.columns) == ("Liste du salon", '{"name": "qui", "city": "où"}')

    again = bring(browser, "OÙ;Qui\nSceaux;Boulangerie Vasseur\n")
    again.close()
    assert "1 partenaire sera créé" in browser.get(again.location).text
    browser.submit(again.location, {}, action=f"{again.location}/confirmer").close()
    assert session.execute(sa.select(Partner.name, Partner.city)).all() == [("Boulangerie Vasseur", "Sceaux")]


def test_columns_of_another_structure_are_not_found(make, browser, dev, session):  # noqa: F811
    first = bring(browser, "qui;où\nGarage du Parc;Antony\n")
    first.close()
    said = {"name": "0", "mapping_name": "Liste du salon"}
    browser.submit(first.location, said, action=f"{first.location}/colonnes").close()
    next_door = make.structure("La structure voisine")
    browser.enter(make.user(structure=next_door), next_door)
    again = bring(browser, "qui;où\nBoulangerie Vasseur;Sceaux\n")
    again.close()
    assert "Aucune colonne de nom" in browser.get(again.location).text


def test_a_table_is_pasted(browser, dev, session):  # noqa: F811
    cells = "Raison sociale\tCP\tVille\r\nGarage du Parc\t92160\tAntony\r\nBoulangerie Vasseur\t\tSceaux\r\n"
    answer = browser.submit("/importer", {"pasted": cells})
    answer.close()
    assert answer.status_code == 303
    assert "2 partenaires seront créés" in browser.get(answer.location).text
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    assert names(session) == ["Boulangerie Vasseur", "Garage du Parc"]


@pytest.mark.parametrize("cells", ["", "   \n", 'nom\tville\n"Garage\tAntony'])
def test_a_bad_paste_says_so_and_stays(browser, dev, snapshot, cells):  # noqa: F811
    before = snapshot()
    refused = browser.submit("/importer", {"pasted": cells})
    assert refused.status_code == 422
    assert cells.strip().split("\t")[0].replace('"', "&#34;") in refused.text
    assert snapshot() == before


def workbook(sheets):
    """An XLSX file of these sheets, each a list of rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, [cell or "" for cell in row])
    return file.getvalue()


SHEETS = {
    "Lisez-moi": [["Ce classeur est celui de l'équipe"]],
    "Sonia": [["Nom", "Ville"], ["Garage du Parc", "Antony"], [None, None], ["Fleurs du Sorbier", "Paris"]],
    "Ahmed": [["Ville", "nom"], ["Sceaux", "Boulangerie Vasseur"]],
    "Listes": [["Types", "Secteurs"], ["PME", "Bois"]],
}


def test_the_sheets_alike_are_read_one_after_the_other():
    sheet = read_sheet(workbook(SHEETS))
    assert sheet.names == ("Sonia", "Ahmed")
    assert sheet.headings == ("Nom", "Ville", "Feuille")
    assert [(row.line, row.values) for row in sheet.rows] == [
        (2, {Field.NAME: "Garage du Parc", Field.CITY: "Antony"}),
        (4, {Field.NAME: "Fleurs du Sorbier", Field.CITY: "Paris"}),
        (SHEET_STEP + 2, {Field.NAME: "Boulangerie Vasseur", Field.CITY: "Sceaux"}),
    ]


def test_each_colleague_follows_the_partners_of_their_sheet(make, browser, dev, session):  # noqa: F811
    people = [make.user(first_name=name, last_name=f"{name}-Test") for name in ("Sonia", "Ahmed")]
    answer = bring(browser, workbook(SHEETS), "equipe.xlsx")
    answer.close()
    page = " ".join(browser.get(answer.location).text.split())
    assert "3 partenaires seront créés" in page
    assert "ligne 2 de « Ahmed »" in page
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    rows = session.execute(
        sa.select(Partner.name, Follow.owner_id).join(Follow, Follow.partner_id == Partner.id).order_by(Partner.name)
    )
    sonia, ahmed = (one.id for one in people)
    assert [tuple(row) for row in rows] == [
        ("Boulangerie Vasseur", ahmed), ("Fleurs du Sorbier", sonia), ("Garage du Parc", sonia),
    ]  # fmt: skip
