"""Who changed what: written with the change, never holding personal values, never changed afterwards."""

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

import crm.models  # noqa: F401  every table is known, whichever test comes first
from crm.audit.models import AuditEvent
from crm.db import ReadOnlyViolation, audited_tables, db
from crm.partners.enums import PartnerKind
from crm.partners.models import Contact, Partner
from tests.factories import THEN


def events(session, table):
    """The trail of one table."""
    return session.scalars(select(AuditEvent).where(AuditEvent.object_type == table).order_by(AuditEvent.id)).all()


def test_a_creation_names_its_fields_and_keeps_personal_values_out(make, session):
    partner = make.partner("Garage du Parc")
    make.contact(partner, last_name="Vasseur", phone="+33199001234", email="v@exemple.test", is_main=True)
    (event,) = events(session, "contacts")
    assert (event.action, event.at, event.actor_kind, event.actor_id) == ("create", THEN, "system", None)
    assert event.fields["last_name"] is None
    assert event.fields["phone"] is None
    assert event.fields["is_main"] == [None, True]
    assert "Vasseur" not in str(event.fields)
    assert "exemple.test" not in str(event.fields)


def test_a_change_says_from_what_to_what(make, session):
    user = make.user()
    partner = make.partner("Garage du Parc")
    with make.transaction(make.actor(user)) as database:
        row = database.get(Partner, partner.id)
        row.name, row.phone, row.kind = "Garage Neuf", "+33199001234", PartnerKind.CRAFT
    created, changed = events(session, "partners")
    assert created.action == "create"
    assert changed.action == "update"
    assert changed.actor_id == user.id
    assert changed.structure_id == make.home.id
    assert changed.fields == {
        "name": ["Garage du Parc", "Garage Neuf"],
        "phone": None,
        "kind": ["company", "craft"],
    }


def test_a_deletion_is_written(make, session):
    contact = make.contact(make.partner())
    with make.transaction() as database:
        database.delete(database.get(Contact, contact.id))
    assert [event.action for event in events(session, "contacts")] == ["create", "delete"]


def test_nothing_is_written_of_what_was_rolled_back(make, session):
    with pytest.raises(RuntimeError, match="panne"), make.transaction() as database:  # noqa: PT012  the block is what must fail as a whole
        database.add(Partner(name="x", kind=PartnerKind.COMPANY, sort_key="x", search_key="x", created_at=THEN))
        database.flush()
        raise RuntimeError("panne")
    assert events(session, "partners") == []
    assert session.scalar(select(func.count()).select_from(Partner)) == 0


def test_a_change_without_its_audit_does_not_happen(make, session, monkeypatch):
    """If the trail cannot be written, neither can the change."""
    monkeypatch.setattr("crm.audit.listeners.facts", lambda _session: {"at": None})
    with pytest.raises(sa.exc.StatementError), make.transaction() as database:
        database.add(Partner(name="x", kind=PartnerKind.COMPANY, sort_key="x", search_key="x", created_at=THEN))
    assert session.scalar(select(func.count()).select_from(Partner)) == 0


WAYS = [
    "UPDATE audit_events SET action = 'autre'",
    "DELETE FROM audit_events",
    "INSERT INTO audit_events SELECT * FROM audit_events WHERE true ON CONFLICT (id) DO UPDATE SET action = 'autre'",
]


@pytest.mark.parametrize("statement", WAYS)
def test_the_database_itself_refuses_to_change_the_trail(app, make, session, statement):
    make.partner()
    before = [(e.id, e.action) for e in session.scalars(select(AuditEvent))]
    with app.app_context(), pytest.raises(sa.exc.DatabaseError), db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert [(e.id, e.action) for e in session.scalars(select(AuditEvent))] == before


def test_replace_does_not_pass_either(app, make, database, session):
    """SQLite's REPLACE deletes first, and skips the trigger unless recursive triggers are on."""
    if database.kind != "sqlite":
        return
    make.partner()
    with app.app_context(), pytest.raises(sa.exc.DatabaseError), db.engine.begin() as connection:
        connection.exec_driver_sql("REPLACE INTO audit_events SELECT * FROM audit_events")


def test_lines_older_than_twelve_months_may_go(app, make, session):
    with make.transaction(now=THEN.replace(year=2024)) as database:
        database.add(Partner(name="x", kind=PartnerKind.COMPANY, sort_key="x", search_key="x", created_at=THEN))
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_events")
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == 0


@pytest.mark.parametrize("statement", [sa.update(Partner).values(name="y"), sa.delete(Partner), sa.insert(Partner)])
def test_bulk_writes_on_audited_tables_are_refused(make, statement):
    with pytest.raises(ReadOnlyViolation, match="partners"), make.transaction() as database:
        database.execute(statement)


def test_a_named_place_may_write_in_bulk(make, session):
    partner = make.partner()
    with make.transaction() as database:
        database.execute(sa.update(Partner).values(city="Sceaux").execution_options(bulk="dedupe.merge"))
    assert session.get(Partner, partner.id).city == "Sceaux"


def test_the_tables_left_out_are_known():
    from crm.db import Base

    reference = {
        "commune_postal_codes", "communes", "departments", "headcount_bands", "legal_forms", "naf_codes", "naf_trades",
        "public_holidays", "reference_sources", "rome_trades",
    }  # fmt: skip
    assert set(Base.metadata.tables) - audited_tables() - reference == {
        "audit_events", "bulk_changes", "contact_keys", "contact_pairs", "convention_editions", "duplicate_keys",
        "duplicate_pairs", "form_submissions", "import_changes", "import_choices", "import_mappings",
        "imported_partners", "imports", "merged_records", "method_lines", "method_steps", "oppositions",
        "outbox_messages", "partner_keys", "partner_words", "recovery_codes", "reminders", "rescans", "sessions",
        "sifted_files", "single_use_links", "task_runs", "throttle", "waiting_contacts", "waiting_partners",
    }  # fmt: skip
