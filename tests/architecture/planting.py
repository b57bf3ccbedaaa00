"""A small house with one fault in it, on which a law is seen to speak."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.architecture.source import Violation

Law = Callable[[Path], list[Violation]]


@dataclass(frozen=True, slots=True)
class Case:
    """Files of a planted tree, and what one law must say of it: "path:line: what", or nothing."""

    law: Law
    name: str
    files: dict[str, str]
    expected: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.law.__name__}-{self.name}"


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write the files below `root`, their common indentation removed."""
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text), encoding="utf-8")
    return root
