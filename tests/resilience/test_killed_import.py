"""An import whose process is killed leaves nothing; whoever comes next writes all of it, once."""

import json
import signal

import sqlalchemy as sa

from crm import clock
from crm.imports.desk import services
from crm.imports.enums import ImportState
from crm.imports.models import Import
from crm.imports.undoing import services as undoing
from crm.imports.work import job
from crm.partners.models import Contact, Follow, Partner
from tests.resilience.killed_jobs import DEATHS
from tests.resilience.processes import finish, start

NAMES = (
    "Abricot", "Brigantin", "Cormoran", "Dolmen", "Églantine", "Fougère", "Girouette", "Hirondelle", "Isard",
    "Kiosque", "Lavandin", "Mélèze", "Noisetier", "Origan", "Passiflore", "Quartz", "Romarin", "Sarrasin", "Tournesol",
    "Univers", "Verveine", "Wagonnet", "Xylophone", "Yole", "Zeste", "Amarante", "Baobab", "Capucine", "Dahlia",
)  # fmt: skip
ROWS = len(NAMES)
FEW = NAMES[:10]
FILE = "nom;ville\n" + "".join(f"{name};Ville{name}\n" for name in NAMES)
KILL = (
    "import os, signal, sqlalchemy as sa\n"
    "from sqlalchemy.engine import Engine\n"
    "made = []\n"
    "def die(connection, cursor, statement, *others):\n"
    "    made.extend([1] if 'INTO follows' in statement else [])\n"
    "    if len(made) == 20: os.kill(os.getpid(), signal.SIGKILL)\n"
    "sa.event.listen(Engine, 'after_cursor_execute', die)\n"
)


def test_killed_midway_leaves_nothing_then_all(app, make, session, tmp_path):
    actor = make.actor(make.user())
    with make.transaction(actor) as database:
        services.bring(database, "ateliers.csv", FILE.encode(), actor=actor, now=clock.now())
    job.run_pending(app, clock=clock.now)
    with make.transaction(actor) as database:
        one = database.scalars(sa.select(Import)).one()
        services.confirm(database, one, version=one.version, actor=actor)

    process = start(app, tmp_path, "import", "pending", before=KILL)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, output
    assert session.scalar(sa.select(sa.func.count()).select_from(Partner)) == 0
    assert session.scalar(sa.select(Import.state)) is ImportState.WRITING

    assert "Imports traités : 0." in finish(start(app, tmp_path, "import", "pending")), "its lease still runs"
    assert job.run_pending(app, clock=lambda: clock.now() + job.LEASE + job.LEASE) == 1
    assert session.scalar(sa.select(Import.state)) is ImportState.DONE
    for table in (Partner, Follow):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == ROWS


def test_killed_at_ten_points_of_an_import_and_of_its_undo(app, make, session, tmp_path):
    """Old or new state, nothing between: every row of every table is as it was, or all is written."""
    known = make.partner("Garage du Parc")
    make.follow(known)
    actor = make.actor(make.user())
    people = "nom;ville;prénom;nom du contact\n" + "".join(f"{name};Ville{name};Paul;Durand-{name}\n" for name in FEW)
    with make.transaction(actor) as database:
        services.bring(database, "ateliers.csv", people.encode(), actor=actor, now=clock.now())
    job.run_pending(app, clock=clock.now)
    with make.transaction(actor) as database:
        one = database.scalars(sa.select(Import)).one()
        services.confirm(database, one, version=one.version, actor=actor)
    _dies_ten_times(app, tmp_path, "import", before=1, after=1 + len(FEW))
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == len(FEW)

    with make.transaction(actor, clock.now()) as database:
        one = database.scalars(sa.select(Import)).one()
        undoing.ask(database, one, version=one.version, actor=actor, now=clock.now())
    _dies_ten_times(app, tmp_path, "undo", before=1 + len(FEW), after=1)
    session.expire_all()
    assert session.scalar(sa.select(Import.state)) is ImportState.UNDONE
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0


def _dies_ten_times(app, folder, seed, *, before, after):
    code = f"from tests.resilience.killed_jobs import main; main({seed!r})"
    told = [json.loads(line) for line in finish(start(app, folder, before=code), seconds=500).splitlines()]
    first, *deaths = told
    assert len(deaths) == DEATHS
    assert {died_of for _, died_of, _, _ in deaths} == {signal.SIGKILL}
    assert first[3] == before
    for what, _, mark, _ in deaths[:-1]:
        assert mark == first[2], what
    assert deaths[-1][2] != first[2]
    assert deaths[-1][3] == after
