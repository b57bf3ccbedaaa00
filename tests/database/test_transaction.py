"""One transaction, both engines: all or nothing, writers wait for each other, stale versions lose."""

import sqlite3
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from config import ForTests
from crm.accounts.models import Structure
from crm.db import ReadOnlyViolation, UnsafeDatabase, db, insert_if_absent, wal_is_safe
from crm.partners.models import Partner
from crm.web.models import FormSubmission
from tests.factories import THEN


def test_all_or_nothing(make, session):
    with pytest.raises(KeyError), make.transaction() as database:  # noqa: PT012  the block is what must fail as a whole
        database.add(Structure(name="à moitié", created_at=THEN))
        database.flush()
        raise KeyError
    assert session.scalar(select(func.count()).select_from(Structure)) == 0


def test_a_read_only_transaction_refuses_to_flush(make, session):
    with pytest.raises(ReadOnlyViolation), make.transaction(writes=False) as database:
        database.add(Structure(name="en lecture", created_at=THEN))
    assert session.scalar(select(func.count()).select_from(Structure)) == 0


def test_a_stale_version_loses(app, make, session):
    """The rows are read by two people; the one who saves second is stopped, nothing is overwritten."""
    partner = make.partner("Avant")
    with make.transaction() as database:
        mine = database.get(Partner, partner.id)
        with app.app_context(), db.engine.connect() as elsewhere:
            if elsewhere.dialect.name == "postgresql":
                elsewhere.exec_driver_sql("UPDATE partners SET name = 'Entre-temps', version = version + 1")
                elsewhere.commit()
        mine.name = "Après"
        if session.bind.dialect.name == "postgresql":
            with pytest.raises(StaleDataError):
                database.flush()
            database.rollback()
    kept = "Entre-temps" if session.bind.dialect.name == "postgresql" else "Après"
    assert session.get(Partner, partner.id).name == kept


def test_parallel_counters_lose_nothing(make, session):
    """Eight writers, ten times each, read then write: the total is exact and nobody is turned away."""
    partner = make.partner("0")
    failures = []

    def work():
        for _ in range(10):
            try:
                with make.transaction() as database:
                    row = database.get(Partner, partner.id, with_for_update=True)
                    row.name = str(int(row.name) + 1)
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert session.get(Partner, partner.id).name == "80"


def test_insert_if_absent_says_who_won(make, session):
    values = {"nonce_hash": "a" * 64, "fingerprint": "f" * 64, "location": "", "used_at": THEN}
    with make.transaction() as database:
        assert insert_if_absent(database, FormSubmission, values) is True
        assert insert_if_absent(database, FormSubmission, values) is False
    with make.transaction() as database:
        assert insert_if_absent(database, FormSubmission, values) is False
    assert session.scalar(select(func.count()).select_from(FormSubmission)) == 1


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_wal_is_used_only_where_its_race_is_mended(version, safe):
    assert wal_is_safe(version) is safe


def test_every_connection_is_set_up(app, database):
    if database.kind != "sqlite":
        return
    journal = "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "truncate"
    wanted = {
        "journal_mode": journal,
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "recursive_triggers": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
    }
    with app.app_context(), db.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert found == wanted


def test_a_server_that_may_lose_writes_is_refused(database, app_with, monkeypatch):
    """The throw-away server of the tests has fsync off: an application that must keep its data will not use it."""
    if database.kind != "postgresql":
        return
    monkeypatch.setattr(ForTests, "DURABLE_DATABASE", True)
    app = app_with()
    with app.app_context(), pytest.raises(UnsafeDatabase, match="fsync"):
        db.engine.connect()
    assert app.test_client().get("/healthz").status_code == 503
