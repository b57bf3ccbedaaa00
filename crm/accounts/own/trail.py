"""What a person did, told in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.audit import words
from crm.audit.words import Reference


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the audit trail. `fields` are the names of the changed columns, never what they held."""

    id: int
    at: datetime
    action: str
    object_type: str
    object_id: int | None
    fields: tuple[str, ...]
    result: str
    structure_id: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """
    An act as the journal shows it. `what` and `fields` are French, marked; `about` is None for what its author may
    no longer see; `elsewhere` names the structure when it is not the present one.
    """

    at: datetime
    what: str
    fields: tuple[str, ...]
    done: bool
    about: Reference | None
    elsewhere: str


def objects_of(acts: Sequence[Act]) -> dict[str, Collection[int]]:
    """The identifiers of what these acts were about, by table."""
    wanted: dict[str, set[int]] = {}
    for act in acts:
        if act.object_id is not None:
            wanted.setdefault(act.object_type, set()).add(act.object_id)
    return dict(wanted)


def lines_of(
    acts: Sequence[Act],
    *,
    references: Mapping[tuple[str, int], Reference],
    structures: Mapping[int, str],
    here: int | None,
) -> list[Line]:
    """The acts in words; `structures` names those that are not `here`."""
    return [
        Line(
            at=act.at,
            what=words.said(act.action, act.object_type),
            fields=words.fields_said(act.action, act.object_type, act.fields),
            done=act.result == "done",
            about=references.get((act.object_type, act.object_id or 0)),
            elsewhere="" if act.structure_id in {here, None} else structures.get(act.structure_id or 0, ""),
        )
        for act in acts
    ]
