"""Columns kept under a name: renamed, forgotten, taken back; each structure has its own."""

import pytest
import sqlalchemy as sa

from crm.imports.enums import ImportKind
from crm.imports.models import SavedMapping
from crm.imports.saved import read_columns
from crm.partners.search import fold
from tests.factories import THEN
from tests.imports.test_desk import dev  # noqa: F401  a fixture

COLUMNS = '{"name": "qui", "city": "où"}'


@pytest.fixture
def salon(make):
    """Columns of the home structure, and others of its own."""
    keep(make, "Liste de la chambre")
    return keep(make, "Liste du salon")


def keep(make, name, structure=None):
    mark = "ab" * 32
    kept = SavedMapping(
        structure_id=(structure or make.home).id,
        kind=ImportKind.PARTNERS,
        name=name,
        key=fold(name),
        headings_key=mark,
        columns=COLUMNS,
        used_at=THEN,
    )
    return make.add(kept)


def names(session):
    session.rollback()
    return sorted(session.scalars(sa.select(SavedMapping.name)))


def post(browser, action, **values):
    form = browser.form("/importer/colonnes", action="/importer/colonnes/renommer")
    return browser.client.post(f"/importer/colonnes/{action}", data=form.values | values)


def test_renamed(browser, dev, session, salon):  # noqa: F811
    page = browser.get("/importer/colonnes").text
    assert "«&nbsp;où&nbsp;»" in page
    answer = post(browser, "renommer", kind="partners", key="liste du salon", name="  Salon   2026 ")
    assert answer.status_code == 303
    assert names(session) == ["Liste de la chambre", "Salon 2026"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Donnez un nom"),
        ("-", "Donnez un nom"),
        ("liste de la CHAMBRE", "s&#39;appellent déjà"),
        ("x" * 61, "60 caractères au plus"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_kept_typed(browser, dev, snapshot, salon, name, sentence):  # noqa: F811
    before = snapshot()
    answer = post(browser, "renommer", kind="partners", key="liste du salon", name=name)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{name}"' in answer.text
    assert snapshot() == before


def test_forgotten_and_taken_back(browser, dev, session, salon):  # noqa: F811
    answer = post(browser, "oublier", kind="partners", key="liste du salon")
    assert answer.status_code == 303
    assert names(session) == ["Liste de la chambre"]
    undo = browser.form("/importer/colonnes", action="/importer/colonnes/retablir")
    assert browser.client.post("/importer/colonnes/retablir", data=undo.values).status_code == 303
    assert names(session) == ["Liste de la chambre", "Liste du salon"]
    again = post(browser, "retablir", kind="partners", name="Liste du salon", mark="ab" * 32, columns=COLUMNS)
    assert "s&#39;appellent déjà" in again.text


@pytest.mark.parametrize("columns", ["", "[]", '{"name": 3}', '{"couleur": "bleu"}', "{"])
def test_only_what_we_wrote_is_taken_back(browser, dev, snapshot, salon, columns):  # noqa: F811
    before = snapshot()
    answer = post(browser, "retablir", kind="partners", name="Autre", mark="ab" * 32, columns=columns)
    assert answer.status_code == 422
    assert snapshot() == before
    assert read_columns(columns) == {}


def test_of_another_structure_there_is_nothing(make, browser, dev, snapshot):  # noqa: F811
    keep(make, "Chez eux", make.structure("La structure voisine"))
    keep(make, "Chez nous")
    assert "Chez eux" not in browser.get("/importer/colonnes").text
    before = snapshot()
    for action in ("renommer", "oublier"):
        assert post(browser, action, kind="partners", key="chez eux", name="Pris").status_code == 409
        assert post(browser, action, kind="autre", key="chez nous", name="Pris").status_code == 409
    assert snapshot() == before
