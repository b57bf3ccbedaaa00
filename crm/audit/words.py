"""
How the trail is told to people: each table and each act in words, said by the domain that owns it.

A registration is keyed: registering twice replaces, so that building the application twice changes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crm.access.policy import Actor
from crm.wording import N_

#: Columns of which nothing is ever said: marks, keys and dates that the application keeps for itself.
UNSPOKEN = frozenset(
    {
        *("id", "public_id", "version", "created_at", "updated_at", "binned_by_id"),
        *("sort_key", "search_key", "city_key", "key", "sha256", "size", "pages"),
        *("token_hash", "expires_at"),
        *("structure_id", "user_id", "created_by_id", "totp_last_step", "media_type", "password_changed_at"),
        # What the line itself says: by whom, what was done to many at once and when, which tag, which rule.
        *("author_id", "kind", "done_at", "follow_id", "tag_id", "rule"),
        # Of duplicates: which records, when and by whom it was answered or undone, what an undo needs.
        *("first_id", "second_id", "mark", "prints", "decided_by_id", "decided_at", "answered_by_id", "answered_at"),
        *("proposal_id", "partners", "people", "seen", "values", "closed_at", "journal", "left"),
        *("undone_by_id", "undone_at"),
    }
)


class Reference(NamedTuple):
    """How a line of the trail names its object. `endpoint` is its page, '' when it has none."""

    label: str
    endpoint: str = ""
    public_id: str = ""


#: One query for many identifiers; what the actor may no longer see is left out.
Find = Callable[[Any, Collection[int], Actor], dict[int, Reference]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    What is said of a table: a row created, changed, deleted, and the columns that a change names.

    Every text is French, marked with N_(). A column absent from `fields` is not spoken of.
    """

    created: str
    changed: str
    deleted: str
    fields: Mapping[str, str] = field(default_factory=dict)
    find: Find | None = None


_tables: dict[str, Told] = {}
_acts: dict[str, str] = {}


def add_table(name: str, told: Told) -> None:
    """Let the domain that owns this table say what happens to its rows."""
    _tables[name] = told


def add_acts(acts: Mapping[str, str]) -> None:
    """Say in words these actions, which services note by themselves."""
    _acts.update(acts)


def tables() -> Mapping[str, Told]:
    """What is said of each table."""
    return _tables


def acts() -> Mapping[str, str]:
    """What is said of each action that no flush writes."""
    return _acts


def said(action: str, table: str) -> str:
    """What was done, in French."""
    told = _tables.get(table)
    if told is not None and action in {"create", "update", "delete"}:
        return {"create": told.created, "update": told.changed, "delete": told.deleted}[action]
    return _acts.get(action, N_("Autre action"))


def fields_said(action: str, table: str, fields: Iterable[str]) -> tuple[str, ...]:
    """The columns that a change touched, in French, each said once, in the order of their table."""
    told = _tables.get(table)
    if told is None or action != "update":
        return ()
    touched = set(fields)
    return tuple(dict.fromkeys(words for column, words in told.fields.items() if column in touched))


def find(session: Any, wanted: Mapping[str, Collection[int]], actor: Actor) -> dict[tuple[str, int], Reference]:
    """The references of these objects, by table and identifier: at most one query a table."""
    found: dict[tuple[str, int], Reference] = {}
    for table, identifiers in wanted.items():
        told = _tables.get(table)
        if told is None or told.find is None or not identifiers:
            continue
        found |= {(table, key): reference for key, reference in told.find(session, identifiers, actor).items()}
    return found
