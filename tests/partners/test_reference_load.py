"""`passerelle reference load`: the real files once, then small ones that change."""

import signal
from datetime import date
from itertools import pairwise

import pytest
import sqlalchemy as sa

from crm.db import db
from crm.partners.reference import queries
from crm.partners.reference.enums import HolidayZone, Position, SizeClass
from crm.partners.reference.models import (
    Commune,
    CommunePostalCode,
    Department,
    HeadcountBand,
    LegalForm,
    NafCode,
    NafTrade,
    PublicHoliday,
    ReferenceSource,
    RomeTrade,
)
from tests.counting import statements
from tests.partners.reference_files import SMALL, sources, write
from tests.resilience.processes import start


@pytest.fixture
def load(app):
    """`load(folder)`: what the command prints, loaded for real unless told."""

    def run(folder, *options, for_real=True, status=0):
        wanted = ["reference", "load", "--from", str(folder), *options, *(["--for-real"] if for_real else [])]
        done = app.test_cli_runner().invoke(args=wanted)
        assert done.exit_code == status, done.output
        return done.output

    return run


def counts(session):
    """How many rows each table holds."""
    tables = (Department, Commune, NafCode, RomeTrade, NafTrade, PublicHoliday, LegalForm, HeadcountBand)
    return [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]


def test_the_shipped_files(app, session):
    """Everything that needs the 35,014 communes, in one test: loading them takes seconds."""
    runner = app.test_cli_runner()
    done = runner.invoke(args=["reference", "load", "--for-real"])
    assert done.exit_code == 0, done.output
    assert "communes.csv : 35014 lignes. Nouvelles : 35014, changées : 0, retirées : 0." in done.output
    assert counts(session) == [109, 35014, 732, 1584, 2920, 273, 55, 16]
    assert session.scalar(sa.select(sa.func.count()).select_from(CommunePostalCode)) == 35539

    with statements(app) as sent:
        again = runner.invoke(args=["reference", "load", "--for-real"])
    assert again.output.count("déjà chargé") == 8
    assert len(sent) == 1, "hashes are compared, and that is all"

    _finds_communes(app, session)
    _answers_the_rest(session)
    credit = session.get_one(ReferenceSource, "communes.csv")
    assert "GeoNames" in credit.source
    assert "CC BY 4.0" in credit.licence
    assert credit.rows == 35014


def _finds_communes(app, session):
    def names(text, limit=3):
        return [commune.name for commune in queries.communes_matching(session, text, limit=limit)]

    assert names("92600") == ["Asnières-sur-Seine"]
    assert names("92600 asnieres") == ["Asnières-sur-Seine"]
    assert names("ASNIÈRES sur se") == ["Asnières-sur-Seine"]
    assert names("st etienne", 1) == names("Saint-Étienne", 1) == ["Saint-Étienne"]
    assert names("l'hay") == names("L’HAŸ") and names("l'hay")[0] == "L'Haÿ-les-Roses"  # noqa: PT018  same answer
    assert names("Paris 12") == ["Paris 12e Arrondissement"]
    assert names("9", 1) == ["Saint-Denis"], "the most populous of those whose postal code begins so"
    assert names("nulle part") == names("926000") == names("") == names("  ") == names("%") == names("_") == []
    [found] = queries.communes_matching(session, "nanterre")
    assert (found.insee_code, found.department_code, found.position) == ("92050", "92", Position.OWN)
    assert found.postal_codes == ("92000",)
    with app.app_context():
        for text, limit in (("92600", 1), ("saint", 200)):
            with statements(app) as sent:
                queries.communes_matching(db.session(), text, limit=limit)
            assert len(sent) == 2
        db.session.remove()


def _answers_the_rest(session):
    assert queries.naf_label(session, "88.10A") == queries.naf_label(session, " 8810a ") == "Aide à domicile"
    assert queries.naf_label(session, "") is queries.naf_label(session, "99.99Z") is None
    assert "A1208" in [trade.code for trade in queries.rome_search(session, "JARDINIÈRE pays")]
    assert [trade.code for trade in queries.rome_search(session, "a1101")] == ["A1101"]
    assert queries.rome_search(session, "%") == []
    spring = (date(2027, 3, 26), date(2027, 3, 29))
    assert [day.label for day in queries.holidays_between(session, *spring)] == ["Lundi de Pâques"]
    alsace = queries.holidays_between(session, *spring, zone=HolidayZone.ALSACE_MOSELLE)
    assert [day.label for day in alsace] == ["Vendredi saint", "Lundi de Pâques"]
    assert session.get_one(HeadcountBand, "53").size is SizeClass.LARGE
    bands = session.scalars(sa.select(HeadcountBand).where(HeadcountBand.minimum > 0).order_by("minimum")).all()
    assert all(low.maximum + 1 == high.minimum for low, high in pairwise(bands)), "no headcount falls between two bands"


def test_dry_by_default(load, snapshot, tmp_path):
    before = snapshot()
    said = load(write(tmp_path / "files", SMALL), for_real=False)
    assert "communes.csv : 2 lignes. Nouvelles : 2" in said
    assert "rien n'a été écrit" in said
    assert snapshot() == before


def test_a_second_load_changes_nothing(load, snapshot, tmp_path):
    folder = write(tmp_path / "files", SMALL)
    load(folder)
    before = snapshot()
    assert load(folder).count("déjà chargé") == 8
    assert snapshot() == before


def test_what_changed_is_replaced(load, session, tmp_path):
    load(write(tmp_path / "files", SMALL))
    old = session.scalar(sa.select(Commune.id).where(Commune.insee_code == "92050"))
    changed = SMALL["communes.csv"].replace("Nanterre,92000|92014", "Nanterre-Préfecture,92000|92020")
    said = load(write(tmp_path / "files", SMALL | {"communes.csv": changed}, dated="2026-06-01"))
    assert "communes.csv : 2 lignes. Nouvelles : 0, changées : 1, retirées : 0." in said
    [commune] = queries.communes_matching(session, "prefecture nanterre")
    assert commune.id == old, "whoever refers to it still does"
    assert commune.postal_codes == ("92000", "92020")
    assert queries.communes_matching(session, "92014") == []
    assert session.get_one(ReferenceSource, "communes.csv").dated_on == date(2026, 6, 1)


def test_a_withdrawn_code_is_kept_and_may_come_back(load, session, tmp_path):
    load(write(tmp_path / "files", SMALL))
    trades = SMALL["rome.csv"].replace("K1302,Aide de vie\n", "")
    alone = {"rome.csv": trades}
    assert "retirées : 1" in load(write(tmp_path / "files", alone, dated="2026-02-01"))
    assert session.get_one(RomeTrade, "K1302").withdrawn_on is not None
    assert queries.rome_search(session, "aide") == []
    assert len(session.scalars(sa.select(NafTrade)).all()) == 2, "files that are not in the folder are left alone"
    assert "changées : 1" in load(write(tmp_path / "files", {"rome.csv": SMALL["rome.csv"]}, dated="2026-03-01"))
    assert session.get_one(RomeTrade, "K1302").withdrawn_on is None


def test_a_calendar_speaks_of_its_own_years_only(load, session, tmp_path):
    load(write(tmp_path / "files", SMALL))
    calendar = {"jours_feries.csv": "date,label,zone\n2027-05-08,Victoire 1945,\n"}
    assert "retirées : 1" in load(write(tmp_path / "files", calendar, dated="2026-02-01"))
    days = [day.isoformat() for day in session.scalars(sa.select(PublicHoliday.day).order_by(PublicHoliday.day))]
    assert days == ["2026-05-01", "2026-12-26", "2027-05-08"]


def test_an_older_file_does_not_undo_a_newer_one(load, snapshot, tmp_path):
    newer = {"legal_forms.csv": "code,label\n9222,Association intermédiaire (AI)\n"}
    load(write(tmp_path / "files", newer, dated="2026-06-01"))
    before = snapshot()
    older = {"legal_forms.csv": SMALL["legal_forms.csv"]}
    assert "plus ancien" in load(write(tmp_path / "files", older, dated="2026-05-31"))
    assert snapshot() == before


def test_a_code_known_by_a_file_left_aside_only_is_refused(load, snapshot, tmp_path):
    load(write(tmp_path / "files", SMALL, dated="2026-06-01"))
    before = snapshot()
    aside = {
        "rome.csv": SMALL["rome.csv"] + "Z1000,Métier retiré\n",
        "naf_rome.csv": SMALL["naf_rome.csv"] + "88,Z1000\n",
        "sources.csv": sources("rome.csv") + "naf_rome.csv,Un éditeur,Licence Ouverte,2026-07-01\n",
    }
    said = load(write(tmp_path / "files", aside), status=1)
    assert "naf_rome.csv, ligne 4 : le code « Z1000 » n'est pas dans rome.csv." in said
    assert snapshot() == before


def test_a_mended_credit_is_stored_without_touching_the_rows(load, session, tmp_path):
    forms = {"legal_forms.csv": SMALL["legal_forms.csv"]}
    load(write(tmp_path / "files", forms))
    assert "source ou licence" in load(write(tmp_path / "files", forms, source="INSEE"))
    source = session.get_one(ReferenceSource, "legal_forms.csv")
    assert (source.source, source.rows) == ("INSEE", 1)


def test_the_number_of_statements_does_not_grow(app, load, tmp_path):
    load(write(tmp_path / "files", SMALL))
    head, *lines = SMALL["communes.csv"].splitlines()
    sent = []
    for year, more in ((2027, 1), (2028, 60)):
        added = [f"{92100 + n},Commune {year} {n},{92100 + n},92,11,,,,,,inconnue" for n in range(more)]
        text = "\n".join([head, *lines, *added, ""])
        with statements(app) as now_sent:
            load(write(tmp_path / "files", {"communes.csv": text}, dated=f"{year}-01-01"))
        sent.append(len(now_sent))
    assert sent[0] == sent[1] < 20


def test_killed_midway_leaves_nothing(app, load, snapshot, tmp_path):
    """The process ends without a word once communes are written; the next load is complete."""
    before = snapshot()
    folder = write(tmp_path / "files", SMALL)
    kill = (
        "import os, signal, sqlalchemy as sa\n"
        "from sqlalchemy.engine import Engine\n"
        "def die(connection, cursor, statement, *others):\n"
        "    if 'INTO naf_codes' in statement: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sa.event.listen(Engine, 'after_cursor_execute', die)\n"
    )
    process = start(app, tmp_path, "reference", "load", "--from", str(folder), "--for-real", before=kill)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, output
    assert snapshot() == before
    assert load(folder).count("Nouvelles") == 8


def test_two_loads_at_once_agree(app, tmp_path, session):
    """Two machines of one installation may be prepared at the same moment."""
    folder = write(tmp_path / "files", SMALL)
    wait = (
        "import time, sqlalchemy as sa\n"
        "from sqlalchemy.engine import Engine\n"
        "def pause(connection, cursor, statement, *others):\n"
        "    if statement.startswith('INSERT'): time.sleep(0.1)\n"
        "sa.event.listen(Engine, 'after_cursor_execute', pause)\n"
    )
    command = ("reference", "load", "--from", str(folder), "--for-real")
    both = [start(app, tmp_path, *command, before=wait) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert counts(session) == [1, 2, 1, 2, 2, 3, 1, 2]


def test_an_installation_loads_what_is_shipped_once(app, load, tmp_path, monkeypatch, session):
    monkeypatch.setattr("crm.partners.cli.SHIPPED", write(tmp_path / "files", SMALL))
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    assert counts(session) == [1, 2, 1, 2, 2, 3, 1, 2]
    with statements(app) as sent:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    assert sum("reference_sources" in statement for statement in sent) == 1
    assert not [statement for statement in sent if "communes" in statement], "only hashes are compared"
