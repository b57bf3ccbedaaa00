"""Law 7 on the tables: foreign keys to people and partners, pairs, subjects."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

import crm.models  # noqa: F401  loads every table
from crm.db import Base
from tests.architecture.source import Violation
from tests.architecture.tables import (
    SEVERAL,
    SUBJECTS,
    check_foreign_keys,
    check_no_bare_pairs,
    check_one_subject,
)

MOVE_AND_KEEP = {"merge": "move", "erase": "keep"}


def planted(
    *columns: sa.Column[Any] | sa.CheckConstraint, name: str = "notes", info: dict[str, str] | None = None
) -> sa.MetaData:
    """Partners, contacts, and one table with these columns."""
    metadata = sa.MetaData()
    sa.Table("partners", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("contacts", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *columns, info=info or {})
    return metadata


def key(name: str, target: str, info: dict[str, str] | None = None, *, nullable: bool = True) -> sa.Column[Any]:
    """A foreign key to `target`."""
    return sa.Column(name, sa.ForeignKey(f"{target}.id", info=info or MOVE_AND_KEEP), nullable=nullable)


def said(violations: list[Violation]) -> list[str]:
    """The violations without line nor way out."""
    return [f"{violation.path}: {violation.what}" for violation in violations]


@pytest.mark.parametrize("law", [check_foreign_keys, check_no_bare_pairs, check_one_subject])
def test_the_tables_obey(law: Callable[[sa.MetaData], list[Violation]]) -> None:
    broken = [str(violation) for violation in law(Base.metadata)]
    assert not broken, "\n".join(["", *broken])


def test_the_laws_look_at_the_tables() -> None:
    targets = {key.column.table.name for table in Base.metadata.sorted_tables for key in table.foreign_keys}
    assert targets & set(SUBJECTS)


def test_a_foreign_key_says_what_merge_and_erasure_do_to_it() -> None:
    metadata = planted(
        key("partner_id", "partners"),
        sa.Column("contact_id", sa.ForeignKey("contacts.id")),
        key("former_id", "contacts", {"merge": "copy", "erase": "erase"}),
    )
    assert said(check_foreign_keys(metadata)) == [
        "table notes: contact_id: merge is None",
        "table notes: contact_id: erase is None",
        "table notes: former_id: merge is 'copy'",
    ]


def test_a_bare_pair_is_for_the_audit_only() -> None:
    def pair() -> list[sa.Column[Any]]:
        return [sa.Column("subject_type", sa.String), sa.Column("subject_id", sa.Integer)]

    typed_key = (sa.Column("contact_kind", sa.String), key("contact_id", "contacts"))
    assert said(check_no_bare_pairs(planted(*pair()))) == ["table notes: subject_type and subject_id are a bare pair"]
    assert check_no_bare_pairs(planted(*typed_key)) == []
    assert check_no_bare_pairs(planted(*pair(), name="audit_events")) == []


@pytest.mark.parametrize(
    "check",
    [
        None,
        "partner_id IS NOT NULL OR contact_id IS NOT NULL",
        "NOT (partner_id IS NOT NULL AND contact_id IS NOT NULL)",
        "length(words) > 0",
    ],
)
def test_several_subjects_need_a_check_that_exactly_one_is_set(check: str | None) -> None:
    checks = [sa.CheckConstraint(check)] if check else []
    metadata = planted(key("partner_id", "partners"), key("contact_id", "contacts"), *checks)
    assert said(check_one_subject(metadata)) == [
        "table notes: no CHECK that exactly one of contact_id, partner_id is set"
    ]


@pytest.mark.parametrize(
    "check",
    [
        "(partner_id IS NULL) <> (contact_id IS NULL)",
        "CASE WHEN partner_id IS NULL THEN 0 ELSE 1 END + CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END = 1",
    ],
)
def test_a_check_is_read_by_its_meaning(check: str) -> None:
    metadata = planted(key("partner_id", "partners"), key("contact_id", "contacts"), sa.CheckConstraint(check))
    assert check_one_subject(metadata) == []


def test_a_table_may_say_why_it_has_several() -> None:
    columns = (key("partner_id", "partners"), key("contact_id", "contacts"))
    assert check_one_subject(planted(*columns, info={SEVERAL: "a draft names what it knows"})) == []


def test_one_subject_and_a_detail_of_it_is_no_choice() -> None:
    assert (
        check_one_subject(planted(key("partner_id", "partners", nullable=False), key("contact_id", "contacts"))) == []
    )
