"""`passerelle import partners`: what becomes of each row, all or nothing, the same file again."""

import csv
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from sqlalchemy.orm import Session

from config import ROOT
from crm import clock
from crm.access.policy import Permission, Role
from crm.audit.models import AuditEvent
from crm.dedupe.models import DuplicateKey
from crm.errors import NotAllowed
from crm.imports import services
from crm.imports.enums import ImportKind, ImportState, Outcome
from crm.imports.models import Import, SavedMapping
from crm.imports.reader import read_sheet
from crm.imports.undoing import services as undoing
from crm.imports.work import job
from crm.imports.work.services import carry_out
from crm.partners import services as partners
from crm.partners.enums import FollowStage, PartnerKind
from crm.partners.models import Follow, Partner
from crm.partners.search import fold
from tests.factories import SYSTEM, THEN, Factory

KEY = "k" * 40
EXAMPLE = ROOT / "seeds/examples/organisations_fnars.csv"
TRUTH = Path(__file__).with_name("fnars_truth.csv")

#: Measured on the example: what its 220 rows, 148 organisations, become in an empty database.
MEASURED = Counter({Outcome.NEW: 144, Outcome.SAME: 50, Outcome.DOUBTFUL: 26})


Snapshot = Callable[[], dict[str, list[tuple[object, ...]]]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its own file."""
    return tmp_path / "partenaires.csv"


def run(make: Factory, file: Path, *options: str, status: int = 0) -> str:
    result: Result = make.app.test_cli_runner().invoke(args=["import", "partners", str(file), *options])
    assert result.exit_code == status, (result.output, result.exception)
    return result.output


def write(file: Path, *rows: str, headings: str = "nom;type;siret;code postal;ville;téléphone") -> Path:
    file.write_text("\n".join([headings, *rows, ""]), encoding="utf-8")
    return file


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_trial_says_everything_and_writes_nothing(make: Factory, snapshot: Snapshot) -> None:
    assert make.home
    before = snapshot()
    said = run(make, EXAMPLE)
    assert snapshot() == before
    assert said.count("\nligne ") == 219
    assert "Total : 220 lignes. Nouvelles : 144, identiques : 50, douteuses : 26, en erreur : 0." in said
    assert "rien n'a été écrit" in said
    assert "Association La Pose : c'est Association La Pose / Pôle Insertion (ligne 2), même nom" in said


def test_the_example_for_real_then_again(make: Factory, session: Session) -> None:
    structure = make.home
    said = run(make, EXAMPLE, "--for-real")
    assert "Partenaires ajoutés au vivier : 144." in said
    assert count(session, Partner) == MEASURED[Outcome.NEW]
    follows = session.scalars(sa.select(Follow)).all()
    assert len(follows) == 144
    assert {(f.structure_id, f.stage, f.owner_id, f.source) for f in follows} == {
        (structure.id, FollowStage.POOL, None, EXAMPLE.name)
    }
    assert count(session, DuplicateKey) > 1000
    again = run(make, EXAMPLE, "--for-real")
    assert "Nouvelles : 0, identiques : 194, douteuses : 26," in again
    assert count(session, Partner) == MEASURED[Outcome.NEW]


def test_the_example_against_what_is_known_of_it(make: Factory) -> None:
    truth = {
        int(row["line"]): row["organisation"] for row in csv.DictReader(TRUTH.read_text(encoding="utf-8").splitlines())
    }
    sheet, importer = read_sheet(EXAMPLE.read_bytes()), _importer(make)
    with make.transaction(writes=False) as reading:
        planned = services.plan(reading, sheet, file="exemple.csv", actor=importer, key=KEY)
    assert planned.totals == MEASURED
    same = [row for row in planned.rows if row.outcome is Outcome.SAME]
    wrongly_same = [row for row in same if row.target and truth[row.facts.line] != truth[row.target.line or 0]]
    assert wrongly_same == []
    new = [truth[row.facts.line] for row in planned.rows if row.outcome is Outcome.NEW]
    assert len(new) - len(set(new)) == 3  # a misread name, an acronym, a name cut short


def test_the_first_and_the_second_time_agree_on_the_same_rows(make: Factory) -> None:
    assert make.home
    run(make, EXAMPLE, "--for-real")
    sheet, importer = read_sheet(EXAMPLE.read_bytes()), _importer(make)
    with make.transaction(writes=False) as reading:
        planned = services.plan(reading, sheet, file="exemple.csv", actor=importer, key=KEY)
    assert planned.totals[Outcome.NEW] == planned.totals[Outcome.WRONG] == 0
    assert planned.totals[Outcome.SAME] >= MEASURED[Outcome.NEW] + MEASURED[Outcome.SAME]


def test_the_import_stands_in_the_audit(make: Factory, file: Path, session: Session) -> None:
    user = make.user(roles=[Role.DIRECTOR], email="direction@exemple.test")
    write(file, "Menuiserie Quillebois;entreprise;;92160;Antony;", ";;;;Antony;")
    run(make, file, "--for-real", "--as", "Direction@exemple.test")
    line = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import")).one()
    assert (line.actor_kind, line.actor_id, line.structure_id) == ("user", user.id, make.home.id)
    assert line.reason == "partenaires.csv: new 1, same 0, doubtful 0, wrong 1"
    run(make, file)
    assert count(session, AuditEvent) > 0
    assert len(session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import")).all()) == 1


def test_a_wrong_row_is_told_with_its_line_and_the_others_enter(make: Factory, file: Path, session: Session) -> None:
    assert make.home
    write(
        file,
        "Menuiserie Quillebois;entreprise;;92160;Antony;",
        ";entreprise;;92160;Antony;",
        "Garage Sarremont;;00000420000099;92160;Antony;",
        f"{'x' * 201};;;;;",
        "---;;;;;",
        "Boulangerie Doucelin;;;92160;Antony;",
    )
    said = run(make, file, "--for-real")
    assert "Nouvelles : 2, identiques : 0, douteuses : 0, en erreur : 4." in said
    lines = {int(line.split()[1]): line for line in said.splitlines() if line.startswith("ligne")}
    assert "erreur" in lines[3]
    assert "le nom manque" in lines[3]
    assert "erreur" in lines[4]
    assert "le nom dépasse 200 caractères" in lines[5]
    assert "ni lettre ni chiffre" in lines[6]
    assert count(session, Partner) == 2


def test_damage_is_mended_and_told(make: Factory, file: Path, session: Session) -> None:
    assert make.home
    write(
        file,
        "Garage Sarremont;artisan;1234567400019.0;1000;Bourg;01 99 00 00 01 / 06 39 98 00 01",
        "Fleurs Brizolet;fleuriste;;9216O;Antony;bonjour",
    )
    said = run(make, file, "--for-real")
    garage, fleurs = session.scalars(sa.select(Partner).order_by(Partner.id))
    assert (garage.siret, garage.siren) == ("01234567400019", "012345674")
    assert garage.kind is PartnerKind.CRAFT
    assert (garage.postal_code, garage.department, garage.phone) == ("01000", "01", "+33199000001")
    assert (fleurs.postal_code, fleurs.kind, fleurs.phone) == ("", PartnerKind.COMPANY, None)
    for told in (
        "Zéro perdu au début du numéro rétabli.",
        "zéro de tête remis au code postal : 01000",
        "plusieurs téléphones : seul le premier est gardé",
        "type inconnu, rangé en entreprise : fleuriste",
        "code postal illisible, laissé de côté : 9216O",
        "téléphone illisible, laissé de côté : bonjour",
    ):
        assert told in said


def test_rows_meet_partners_of_the_database(make: Factory, file: Path, session: Session) -> None:
    known = make.partner("Menuiserie Quillebois", phone="+33199000001")
    make.partner("Garage Sarremont", siret="00000420000010", siren="000004200")
    assert make.home
    write(
        file,
        "MENUISERIE QUILEBOIS SARL;;;92160;ANTONY;01.99.00.00.01",
        "Nom changé;;000 004 200 00010;;;",
        "Garage Sarremont Massy;;00000420000028;91300;Massy;",
        "Quillebois;;;92160;Antony;",
    )
    said = run(make, file, "--for-real")
    lines = [line for line in said.splitlines() if line.startswith("ligne")]
    assert f"c'est {known.name}, " in lines[0]
    assert "c'est Garage Sarremont, même SIRET" in lines[1]
    assert "nouvelle" in lines[2]
    assert "douteuse" in lines[3]
    assert "ressemble à Menuiserie Quillebois" in lines[3]
    assert "douteuses : 1," in said
    assert count(session, Partner) == 3


def test_the_report_is_a_harmless_csv(make: Factory, file: Path, tmp_path: Path) -> None:
    assert make.home
    write(file, "=HYPERLINK(A1);;;;;", "@SUM(A1);;;;;", "'+33;;;;;", '"Bonjour ; ""toi""";;;;;')
    kept = tmp_path / "compte rendu.csv"
    run(make, file, "--report", str(kept))
    rows = list(csv.reader(kept.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == ["ligne", "nom", "résultat", "ressemble à", "raisons", "remarques"]
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(A1)", "'@SUM(A1)", "'+33", 'Bonjour ; "toi"']
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE partners; --",
    "%(name)s %s {0} {{ 7*7 }}",
    "Ça\u202egnirts",
    "🥖🥖🥖",
    "‮﷽﷽﷽",
    "a" * 200,
    "Ligne 1 \x1b[2J effacée",
)


def test_hostile_names_stay_text(make: Factory, file: Path, session: Session) -> None:
    assert make.home
    write(file, *(f'"{name}";;;;;' for name in HOSTILE))
    said = run(make, file, "--for-real")
    assert "\x1b" not in said
    names = set(session.scalars(sa.select(Partner.name)))
    assert names == {name.replace("\x1b", "") for name in HOSTILE}


def test_an_import_that_dies_midway_leaves_nothing(
    make: Factory, file: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make.home
    write(file, *(f"{name};;;92160;Antony;" for name in ("Quillebois", "Sarremont", "Doucelin")))
    before = snapshot()
    create = partners.create

    def dies(session: Session, data: partners.PartnerData, **rest: object) -> Partner:
        if data.name == "Doucelin":
            raise KeyboardInterrupt
        return create(session, data, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(partners, "create", dies)
    run(make, file, "--for-real", status=1)
    assert snapshot() == before


def test_two_people_sending_one_file_at_once_create_its_partners_once(make: Factory, session: Session) -> None:
    importer, ready = _importer(make), threading.Barrier(2, timeout=20)
    sheet = read_sheet(b"nom;ville\nQuillebois;Antony\nSarremont;Massy\nDoucelin;Sceaux\n")
    created: list[int] = []

    def send() -> None:
        ready.wait()
        with make.transaction(importer) as writing:
            planned = carry_out(writing, sheet, file="x.csv", actor=importer, now=THEN, key=KEY)
        created.append(planned.totals[Outcome.NEW])

    people = [threading.Thread(target=send) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=30)
    assert sorted(created) == [0, 3]
    assert count(session, Partner) == 3


def test_several_structures_one_must_be_named(make: Factory, file: Path, session: Session) -> None:
    write(file, "Menuiserie Quillebois;;;;;")
    assert "Aucune structure" in run(make, file, status=1)
    make.structure("La Première")
    second = make.structure("La Seconde")
    said = run(make, file, status=1)
    assert "--structure" in said
    assert "« La Seconde »" in said
    assert "Aucune structure ne s'appelle" in run(make, file, "--structure", "Autre", status=1)
    run(make, file, "--structure", "La Seconde", "--for-real")
    assert session.scalars(sa.select(Follow.structure_id)).all() == [second.id]


def test_in_whose_name(make: Factory, file: Path) -> None:
    write(file, "Menuiserie Quillebois;;;;;")
    make.user(roles=[Role.VOLUNTEER], email="benevole@exemple.test")
    make.user(email="partie@exemple.test", active=False)
    assert "pas le droit" in run(make, file, "--as", "benevole@exemple.test", status=1)
    assert "n'a pas de compte actif" in run(make, file, "--as", "partie@exemple.test", status=1)
    assert "n'a pas de compte actif" in run(make, file, "--as", "personne@exemple.test", status=1)


def test_a_file_that_is_none_gets_one_sentence(make: Factory, file: Path) -> None:
    assert make.home
    file.write_bytes(b"\x00\x01" * 50)
    said = run(make, file, status=1)
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 1


def test_the_plan_asks_for_the_right(make: Factory) -> None:
    with make.transaction(writes=False) as reading, pytest.raises(NotAllowed):
        services.plan(reading, read_sheet(b"nom\nx\n"), file="x.csv", actor=SYSTEM, key=KEY)


def test_queries_do_not_grow_with_the_rows(make: Factory) -> None:
    sheet, importer = read_sheet(EXAMPLE.read_bytes()), _importer(make)
    sent: list[str] = []
    with make.transaction(writes=False, now=THEN) as reading:
        engine = reading.get_bind()

        def remember(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        sa.event.listen(engine, "before_cursor_execute", remember)
        services.plan(reading, sheet, file="exemple.csv", actor=importer, key=KEY)
        sa.event.remove(engine, "before_cursor_execute", remember)
    assert 1 <= len(sent) <= 3, sent


def _importer(make: Factory) -> services.Actor:
    granted = frozenset({Permission.PARTNER_IMPORT, Permission.PARTNER_EDIT, Permission.PARTNER_READ})
    return services.Actor(None, "import", make.home.id, kind="cli", granted=granted)


def test_columns_named_on_screen_serve_the_command_and_its_import_can_be_undone(
    make: Factory, file: Path, snapshot: Snapshot, session: Session
) -> None:
    columns = '{"name": "qui", "city": "où"}'
    values = {"name": "Liste du salon", "key": fold("Liste du salon"), "headings_key": "x", "columns": columns}
    make.add(SavedMapping(structure_id=make.home.id, kind=ImportKind.PARTNERS, used_at=THEN, **values))
    write(file, "Quillebois;Antony", headings="qui;où")
    before = snapshot()
    assert "Nouvelles : 1" in run(make, file, "--mapping", "liste du salon")
    assert "« autre »" in run(make, file, "--mapping", "autre", status=1)
    assert "Aucune colonne de nom" in run(make, file, status=1)
    assert snapshot() == before

    run(make, file, "--mapping", "Liste du salon", "--for-real")
    session.rollback()
    one = session.scalars(sa.select(Import)).one()
    assert (one.state, one.author_id) == (ImportState.DONE, None)
    director = make.user(roles=[Role.DIRECTOR])
    actor = make.actor(director, roles=[Role.DIRECTOR])
    with make.transaction(actor, clock.now()) as database:
        row = database.get(Import, one.id)
        assert row is not None
        undoing.ask(database, row, version=row.version, actor=actor, now=clock.now())
    job.run_pending(make.app, clock=clock.now)
    assert count(session, Partner) == 0


def test_a_known_partner_is_completed_and_nothing_of_it_replaced(make: Factory, file: Path, session: Session) -> None:
    assert make.home
    make.partner("Quillebois", phone="+33199001299")
    write(file, "Quillebois;association;;92160;Antony;01 99 00 12 34", headings="nom;type;siret;cp;ville;téléphone")
    said = run(make, file)
    assert "diffère, laissé : le téléphone, +33199001299 → +33199001234" in said
    run(make, file, "--for-real")
    session.rollback()
    assert session.scalars(sa.select(Partner.phone)).all() == ["+33199001299"]
