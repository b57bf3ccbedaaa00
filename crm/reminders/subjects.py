"""
What a todo is about, said by the domains further down: a label and where its page is.

A registration is keyed by the todo's foreign key column: registering twice replaces.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from crm.access.policy import Actor


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """How a list of todos names what each is about. `phone` is E.164, for whom to call."""

    label: str
    endpoint: str
    public_id: str
    phone: str | None = None


#: One query for many identifiers, filtered by what the actor may see (None: the application itself).
Resolver = Callable[[Any, Collection[int], Actor | None], dict[int, SubjectRef]]

#: The row number of an object by its public id. Raises NotFound, NotAllowed.
Finder = Callable[[Any, str, Actor], int]

_resolvers: dict[str, Resolver] = {}
_finders: dict[str, Finder] = {}


def add_subject(column: str, resolver: Resolver, finder: Finder | None = None) -> None:
    """Let the domain that owns this column of `todos` name its objects, and find the one to do something about."""
    _resolvers[column] = resolver
    if finder is not None:
        _finders[column] = finder


def find(session: Any, column: str, public_id: str, actor: Actor) -> int:
    """The object of that public id, as the actor may see it."""
    return _finders[column](session, public_id, actor)


def resolve(session: Any, column: str, identifiers: Collection[int], actor: Actor | None) -> dict[int, SubjectRef]:
    """The references of these objects, by identifier; those out of the actor's sight are left out."""
    if not identifiers:
        return {}
    return _resolvers[column](session, identifiers, actor)


def columns() -> tuple[str, ...]:
    """The registered subject columns."""
    return tuple(_resolvers)
