"""The pages whose filters people keep under a name: the list of partners, and those that other domains register."""

from collections.abc import Callable
from dataclasses import dataclass

from crm.access.policy import Permission

#: The list of partners itself.
PARTNERS = "partners"


@dataclass(frozen=True, slots=True)
class SavedPage:
    """
    A page whose address holds its filters. `canonical` rewrites a query string in its one form.

    `title` names the page, `lead` says what a view of it keeps; both marked by N_().
    """

    key: str
    title: str
    lead: str
    endpoint: str
    permission: Permission
    canonical: Callable[[str], str]


_pages: dict[str, SavedPage] = {}


def add_saved_page(page: SavedPage) -> None:
    """Let views of that page be kept. Keyed: registering twice replaces."""
    _pages[page.key] = page


def saved_page(key: str) -> SavedPage:
    """The page of that key; the list of partners for one that nobody registered."""
    return _pages.get(key) or _pages[PARTNERS]
