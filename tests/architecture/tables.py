"""Law 7: what every foreign key to a partner, a contact or an employee says of merge and erasure."""

import itertools
import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa

from tests.architecture.source import Violation

#: Tables whose rows are merged or erased.
SUBJECTS = ("partners", "contacts", "employees")

#: What a foreign key to one of them declares: ForeignKey(..., info={"merge": "move", "erase": "keep"}).
ANSWERS = {
    "merge": {"move", "drop", "ignore"},
    "erase": {"erase", "keep"},
}

#: A table may hold several such keys without being about exactly one of them: it says why in
#: `__table_args__ = {"info": {SEVERAL: "reason"}}`.
SEVERAL = "several_subjects"

#: Ends of column names that tell a kind, beside a column that holds the row's number.
_KIND_ENDS = ("_type", "_kind", "_table", "_model")


def check_foreign_keys(metadata: sa.MetaData) -> list[Violation]:
    """Every foreign key to a subject says what a merge and an erasure do to it."""
    found = []
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            if _target(key) not in SUBJECTS:
                continue
            for question, answers in ANSWERS.items():
                answer = key.info.get(question)
                if answer not in answers:
                    what = f"{key.parent.name}: {question} is {answer!r}"
                    found.append(_violation(table, what, f"declare info={{{question!r}: one of {sorted(answers)}}}"))
    return found


def check_no_bare_pairs(metadata: sa.MetaData) -> list[Violation]:
    """A (type, id) pair points anywhere and nothing checks it: allowed in the audit only."""
    found = []
    for table in metadata.sorted_tables:
        if table.name.startswith("audit"):
            continue
        for column in table.columns:
            stem = column.name.removesuffix("_id")
            if stem == column.name or column.foreign_keys:
                continue
            for kind in (f"{stem}{end}" for end in _KIND_ENDS):
                if kind in table.columns:
                    what = f"{kind} and {column.name} are a bare pair"
                    found.append(_violation(table, what, "one nullable foreign key per kind, and a CHECK"))
    return found


def check_one_subject(metadata: sa.MetaData) -> list[Violation]:
    """
    A table with nullable keys to several kinds of subject has a CHECK that exactly one is set.

    The CHECK is not read but tried: SQLite evaluates it on every combination of set and null.
    """
    found = []
    for table in metadata.sorted_tables:
        kinds: dict[str, str] = {}
        for column in table.columns:
            for key in column.foreign_keys:
                if column.nullable and _target(key) in SUBJECTS:
                    kinds.setdefault(_target(key), column.name)
        columns = sorted(kinds.values())
        if len(columns) < 2 or table.info.get(SEVERAL):
            continue
        if not any(_means_exactly_one(sql, columns) for sql in _checks(table)):
            what = f"no CHECK that exactly one of {', '.join(columns)} is set"
            found.append(_violation(table, what, f'add it, or info={{"{SEVERAL}": "why"}} on the table'))
    return found


def _checks(table: sa.Table) -> Iterator[str]:
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            yield str(constraint.sqltext)


def _means_exactly_one(check: str, columns: list[str]) -> bool:
    named = ", ".join(f"? AS {column}" for column in columns)
    with_values = f"SELECT CASE WHEN {check} THEN 1 ELSE 0 END FROM (SELECT {named})"  # noqa: S608  our own metadata
    connection = sqlite3.connect(":memory:")
    try:
        for values in itertools.product((None, 1), repeat=len(columns)):
            [[holds]] = connection.execute(with_values, values).fetchall()
            if bool(holds) != (sum(value is not None for value in values) == 1):
                return False
    except sqlite3.OperationalError:  # a CHECK about other columns
        return False
    finally:
        connection.close()
    return True


def _target(key: sa.ForeignKey) -> str:
    return key.target_fullname.split(".")[-2]


def _violation(table: sa.Table, what: str, way_out: str) -> Violation:
    return Violation(f"table {table.name}", 1, what, way_out)
