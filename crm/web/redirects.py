"""Where a form may lead: inside the application, never elsewhere."""

import re

#: One slash, then neither slash nor backslash, and no control character nor space anywhere.
_INSIDE = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)


def inside(target: str | None, *, otherwise: str) -> str:
    """`target` when it is a path of ours, else `otherwise`. Backslashes, controls and other sites are refused."""
    if not target or len(target) > 500 or _INSIDE.fullmatch(target) is None:
        return otherwise
    return target
