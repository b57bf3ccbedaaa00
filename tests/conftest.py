"""One migrated database per engine and worker, an application on each, a clean copy for each test."""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from config import ForTests
from crm import create_app
from crm.db import Base, db
from crm.installation import prepare_assets
from crm.web.application import Application
from tests import laboratory
from tests.factories import Factory
from tests.pages import Browser
from tests.postgres import ThrowAwayPostgres

ENGINES = ("sqlite", "postgresql")

# A busy machine is not a failing property.
settings.register_profile("passerelle", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("passerelle")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--pictures FOLDER` keeps what the browser tests see, `--guide FOLDER` what the user guide shows."""
    parser.addoption("--pictures", default="", help="folder for the screenshots of the browser tests")
    parser.addoption("--guide", default="", help="folder for the pictures of the user guide")


@dataclass(frozen=True)
class Database:
    """A migrated database, and how to make it empty again."""

    kind: str
    url: str
    app: Application
    empty: Callable[[], None]


@pytest.fixture(scope="session", autouse=True)
def _assets() -> None:
    prepare_assets()


@pytest.fixture(scope="session")
def postgres() -> Iterator[ThrowAwayPostgres]:
    """The server of this worker, started when the first test asks for it."""
    with ThrowAwayPostgres() as server:
        yield server


@pytest.fixture(scope="session", params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Each engine in turn: whatever uses it runs on both."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        file = folder / "passerelle.sqlite"
        url = f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("postgres").create_database("passerelle")
    app = create_app(
        ForTests(
            {
                "PASSERELLE_INSTANCE": str(folder),
                "PASSERELLE_DATABASE_URL": url,
                "PASSERELLE_SECRET_KEY": "k" * 40,
            }
        )
    )
    app.register_blueprint(laboratory.bp)
    with app.app_context():
        upgrade()
        engine = db.engine
        empty = _sqlite_emptier(file, engine) if request.param == "sqlite" else _postgres_emptier(engine)
        logging.getLogger("alembic").setLevel(logging.WARNING)
    yield Database(request.param, url, app, empty)
    engine.dispose()


def _sqlite_emptier(file: Path, engine: sa.Engine) -> Callable[[], None]:
    engine.dispose()
    clean = file.with_suffix(".clean")
    shutil.copy(file, clean)

    def empty() -> None:
        engine.dispose()
        for suffix in ("-journal", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        shutil.copy(clean, file)

    return empty


def _postgres_emptier(engine: sa.Engine) -> Callable[[], None]:
    names = list(Base.metadata.tables)
    with engine.connect() as connection:
        is_superuser = connection.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar()
        sequences = connection.exec_driver_sql("SELECT sequencename FROM pg_sequences").scalars().all()
    # TRUNCATE gives each table and index a new file: twenty times slower than deleting the few rows of a test. As a
    # replica, no trigger of the audit and no foreign key minds; that takes a superuser.
    statements = [
        "SET LOCAL session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in names),  # noqa: S608  our own tables
        *(f"SELECT setval('{name}', 1, false)" for name in sequences),
    ]
    if not is_superuser:
        statements = [f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"]

    def empty() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))

    return empty


@pytest.fixture
def app(database: Database) -> Application:
    """The application on an empty, migrated database."""
    with database.app.app_context():
        database.empty()
    return database.app


@pytest.fixture
def app_with(database: Database, tmp_path: Path) -> Iterator[Callable[..., Application]]:
    """Another application, on the same database unless told: `app_with(PASSERELLE_PUBLIC_URL="https://…")`."""
    made: list[Application] = []

    def build(**values: str) -> Application:
        given = {
            "PASSERELLE_INSTANCE": str(tmp_path),
            "PASSERELLE_DATABASE_URL": database.url,
            "PASSERELLE_SECRET_KEY": "k" * 40,
        }
        made.append(create_app(ForTests(given | values)))
        return made[-1]

    yield build
    for other in made:
        with other.app_context():
            db.engine.dispose()


@pytest.fixture
def make(app: Application) -> Factory:
    """Makes rows: `make.user(roles=[Role.DEVELOPER])`, `make.partner(name="Garage du Parc")`. Each call commits."""
    return Factory(app)


@pytest.fixture
def browser(app: Application) -> Browser:
    """A visitor without JavaScript: `browser.sign_in(user)`, `browser.submit(url, {...})` fills the page's form."""
    return Browser(app)


@pytest.fixture
def session(app: Application, database: Database) -> Iterator[Session]:
    """Looks at what was committed: each read is its own transaction, so that it never keeps a writer waiting."""
    engine = sa.create_engine(database.url, isolation_level="AUTOCOMMIT")
    with Session(engine, execution_options={"populate_existing": True}) as looking:
        yield looking
    engine.dispose()


@pytest.fixture
def snapshot(app: Application) -> Callable[[], dict[str, list[tuple[object, ...]]]]:
    """All rows of all tables but audit, sessions and throttle: what a refusal must leave equal."""
    left_out = {"audit_events", "sessions", "throttle"}

    def rows() -> dict[str, list[tuple[object, ...]]]:
        with app.app_context(), db.engine.connect().execution_options(writes=False) as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
                for table in Base.metadata.sorted_tables
                if table.name not in left_out
            }

    return rows


@pytest.fixture
def now() -> datetime:
    """A Sunday evening in Paris."""
    return datetime.fromisoformat("2026-11-22T18:00:00+00:00")
