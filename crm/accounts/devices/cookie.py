"""The cookie by which a browser is known, and what a browser is called."""

import hashlib
from datetime import timedelta
from typing import NamedTuple

#: How long a browser that passed sign-in is known, and how long an enrolled phone stays signed in.
KNOWN_FOR = timedelta(days=180)
ENROLLED_FOR = timedelta(days=30)

_BROWSERS = (
    ("Firefox", ("firefox/", "fxios/")),
    ("Edge", ("edg/", "edga/", "edgios/")),
    ("Samsung Internet", ("samsungbrowser/",)),
    ("Opera", ("opr/", "opios/")),
    ("Chrome", ("chrome/", "crios/", "chromium/")),
    ("Safari", ("safari/",)),
)
_SYSTEMS = (
    ("iPhone", ("iphone",)),
    ("iPad", ("ipad",)),
    ("Android", ("android",)),
    ("Windows", ("windows",)),
    ("ChromeOS", ("cros ",)),
    ("Mac", ("macintosh", "mac os x")),
    ("Linux", ("linux", "x11")),
)


class Look(NamedTuple):
    """What a browser says of itself: two names, each empty when it says nothing known."""

    browser: str
    system: str


def cookie_name(*, secure: bool) -> str:
    """The name of the cookie: bound to the host over https; plain on a loopback address, where there is none."""
    return "__Host-passerelle-appareil" if secure else "passerelle-appareil"


def key_of(token: str) -> bytes:
    """What is stored of a cookie's value: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def look_of(user_agent: str) -> Look:
    """The browser and the system of a User-Agent header. Only its first 500 characters are read."""
    said = user_agent[:500].lower()
    return Look(_first(said, _BROWSERS), _first(said, _SYSTEMS))


def _first(said: str, known: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return next((name for name, signs in known if any(sign in said for sign in signs)), "")
