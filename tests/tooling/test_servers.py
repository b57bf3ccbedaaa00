"""The PostgreSQL and the Chromium that the other tests are given."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import chromium, postgres

ROOT = Path(__file__).resolve().parents[2]


def answers(server):
    """Use a server as the test session does: a template, a copy, a drop."""
    template = sa.create_engine(server.create_database("template_of_tests"), poolclass=sa.NullPool)
    with template.begin() as connection:
        connection.execute(sa.text("CREATE TABLE line (id integer PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO line VALUES (7)"))
    copy = sa.create_engine(server.create_database("copy", template="template_of_tests"), poolclass=sa.NullPool)
    with copy.connect() as connection:
        assert connection.scalar(sa.text("SELECT id FROM line")) == 7
        server.drop_database("copy")  # even though this connection is open
        connection.invalidate()
    with pytest.raises(sa.exc.OperationalError, match="does not exist"), copy.begin():
        pass


def test_a_server_answers_and_leaves_nothing():
    with postgres.ThrowAwayPostgres() as server:
        folder = sa.make_url(server.url).query.get("host")
        answers(server)
    assert folder is None or not Path(folder).exists()


@pytest.mark.soak
def test_the_server_of_the_wheel_answers():
    with postgres.ThrowAwayPostgres(postgres.wheel_binaries()) as server:
        answers(server)


def test_a_given_server_is_used_under_names_of_our_own(monkeypatch):
    with postgres.ThrowAwayPostgres(postgres.locate()) as real:
        monkeypatch.setenv("TEST_POSTGRES_URL", real.url)
        with postgres.ThrowAwayPostgres() as first, postgres.ThrowAwayPostgres() as second:
            answers(first)
            assert first.create_database("same") != second.create_database("same")
        with sa.create_engine(real.url, poolclass=sa.NullPool).begin() as connection:
            left = connection.scalars(sa.text("SELECT datname FROM pg_database WHERE NOT datistemplate"))
            assert list(left) == ["postgres"]


@pytest.fixture
def broken_binaries():
    """Outside tmp_path, which the account the server runs under may not enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        initdb = folder / "initdb"
        initdb.write_text("#!/bin/sh\necho no room left\nexit 3\n")
        initdb.chmod(0o755)
        yield folder


def test_a_server_that_will_not_start_says_why_and_leaves_nothing(broken_binaries):
    server = postgres.ThrowAwayPostgres(broken_binaries)
    with pytest.raises(RuntimeError, match="no room left"):
        server.start()
    with pytest.raises(RuntimeError, match="pas démarré"):
        _ = server.url


def test_no_server_at_all_is_one_sentence(monkeypatch):
    monkeypatch.setattr(postgres, "debian_binaries", lambda: None)
    monkeypatch.setattr(postgres, "wheel_binaries", lambda: None)
    with pytest.raises(RuntimeError, match="PostgreSQL est introuvable"):
        postgres.locate()


def test_chromium_is_found_and_runs():
    done = subprocess.run(  # noqa: S603 - the program under test
        [str(chromium.executable()), "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(("Chromium", "Google Chrome"))


def test_no_chromium_is_one_sentence(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="apt install chromium"):
        chromium.executable()


def test_a_wrong_chromium_is_refused_and_not_replaced(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(RuntimeError, match="/nowhere/chromium"):
        chromium.executable()
    done = subprocess.run(
        [sys.executable, "-m", "tests.chromium"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
