"""Where the browser tests find Chromium, and how they start it."""

import os
import shutil
import sys
from pathlib import Path

_NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
_MISSING = "Chromium est introuvable : apt install chromium, ou donnez son chemin dans CHROMIUM."

# Chromium refuses its sandbox to root; the other flags keep it from talking to the outside during a test.
LAUNCH_ARGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]


def executable() -> Path:
    """Path of Chromium: the CHROMIUM variable, else Debian's, else the first one on the PATH.

    Raises RuntimeError with one sentence when there is none: a browser test never skips.
    """
    given = os.environ.get("CHROMIUM")
    if given:
        if not shutil.which(given):
            raise RuntimeError(f"La variable CHROMIUM désigne {given}, qui n'est pas un programme.")
        return Path(given)
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise RuntimeError(_MISSING)


if __name__ == "__main__":
    try:
        executable()
    except RuntimeError as missing:
        sys.exit(str(missing))
