"""The guide's own words, as the file that comes with the application holds them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.method.enums import ActionKind, LineSection


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a step, or a factor of success of a type of action: exactly one of `step` and `action`."""

    step: int | None
    action: ActionKind | None
    section: LineSection
    wording: str
    guide_line: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step by its number, its title, its phase."""

    number: int
    title: str
    phase: str


def read(data: Mapping[str, Any]) -> tuple[list[Step], list[Line]]:
    """What the file says, in its order. Raises KeyError or ValueError for a file of another shape."""
    steps, lines = [], []
    for one in data["steps"]:
        number = int(one["number"])
        steps.append(Step(number, one["title"], one["phase"]))
        lines += [Line(number, None, LineSection(line["section"]), line["text"], line["line"]) for line in one["lines"]]
    for one in data["actions"]:
        kind = ActionKind(one["code"])
        lines += [Line(None, kind, LineSection.FACTOR, factor["text"], factor["line"]) for factor in one["factors"]]
    return steps, lines
