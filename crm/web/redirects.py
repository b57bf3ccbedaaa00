"""Where a form may lead: inside the application, never elsewhere; and addresses that are themselves a key."""

import re

#: One slash, then neither slash nor backslash, and no control character nor space anywhere.
_INSIDE = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)

#: Where the last part of an address is a word that opens something: such an address is neither stored nor told.
WORD_PATHS = ("/bienvenue/", "/invitation/", "/mot-de-passe/", "/adresse/", "/enquete/")


def holds_a_word(path: str) -> bool:
    """Whether this path of ours holds the word of a link."""
    return path.startswith(WORD_PATHS)


def inside(target: str | None, *, otherwise: str) -> str:
    """`target` when it is a path of ours, else `otherwise`. Backslashes, controls and other sites are refused."""
    if not target or len(target) > 500 or _INSIDE.fullmatch(target) is None:
        return otherwise
    return target
