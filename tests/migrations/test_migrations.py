"""Migrations up, down, up, on both engines; then models and tables agree."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

import config
from crm import create_app
from crm.db import Base, db

VERSIONS = Path(config.ROOT) / "migrations" / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request, tmp_path):
    """An application on a database without a single table."""
    if request.param == "sqlite":
        url, drop = f"sqlite:///{tmp_path / 'vide.sqlite'}", lambda: None
    else:
        server = request.getfixturevalue("postgres")
        url, drop = server.create_database("vide"), lambda: server.drop_database("vide")
    values = {
        "PASSERELLE_INSTANCE": str(tmp_path),
        "PASSERELLE_DATABASE_URL": url,
        "PASSERELLE_SECRET_KEY": "k" * 40,
    }
    app = create_app(config.ForTests(values))
    with app.app_context():
        yield app
        db.engine.dispose()
    drop()


def tables():
    """What stands in the database."""
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_down_up(empty_app):
    upgrade()
    assert tables() == set(Base.metadata.tables)
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == set(Base.metadata.tables)


def test_models_and_tables_agree(empty_app):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_each_step_comes_back(empty_app):
    """Every revision alone: up, down, up."""
    script = ScriptDirectory(str(VERSIONS.parent))
    for revision in reversed(list(script.walk_revisions())):
        upgrade(revision=revision.revision)
        downgrade(revision=revision.down_revision or "base")
        upgrade(revision=revision.revision)
    assert tables() == set(Base.metadata.tables)


def test_there_is_one_history():
    assert len(ScriptDirectory(str(VERSIONS.parent)).get_heads()) == 1


@pytest.mark.parametrize("file", sorted(VERSIONS.glob("*.py")), ids=lambda file: file.name)
def test_each_says_why_and_why_it_is_safe(file):
    text = file.read_text(encoding="utf-8")
    assert "\nWhy: " in text
    assert "\nSafe while the previous release still runs: " in text
    assert "from crm" not in text, "a migration must not change when the application does"
    assert file.name.startswith(text.split('revision = "')[1].split('"')[0]), "the file carries its revision's name"


def test_rebuilding_a_table_keeps_its_children(empty_app):
    """SQLite rebuilds a table to alter it, and dropping the old one would cascade if foreign keys were on."""
    upgrade()
    assert "foreign_keys=OFF" in (VERSIONS.parent / "env.py").read_text(encoding="utf-8")
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
