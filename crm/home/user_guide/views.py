"""The user guide inside the application: its pages and their pictures, for whoever is signed in."""

from functools import cache
from pathlib import Path

from flask import Blueprint, render_template, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from config import ROOT
from crm.access.guard import SIGNED_IN, needs
from crm.home.user_guide.reading import Block, blocks

bp = Blueprint("user_guide", __name__)

GUIDE = Path(ROOT) / "docs" / "guide"
#: The pages by the word of their address, the first one apart: each its file.
FIRST = "README.md"
PAGES = {"cip": "cip.md", "developpement": "developpement.md", "direction": "direction.md"}


@bp.route("/aide", methods=["GET"])
@needs(SIGNED_IN)
def index() -> ResponseReturnValue:
    """Who reads what, and what holds everywhere."""
    return _shown(FIRST)


@bp.route("/aide/<page>", methods=["GET"])
@needs(SIGNED_IN)
def page(page: str) -> ResponseReturnValue:
    """One of the three pages."""
    if page not in PAGES:
        raise NotFound
    return _shown(PAGES[page])


@bp.route("/aide/images/<name>", methods=["GET"])
@needs(SIGNED_IN)
def picture(name: str) -> ResponseReturnValue:
    """One of their pictures."""
    return send_from_directory(GUIDE / "images", name)


def _shown(file: str) -> str:
    title, *rest = _read(file)
    return render_template(
        "user_guide/show.html",
        title="".join(piece.text for piece in title.lines[0]),
        blocks=rest,
        is_first=file == FIRST,
        words={name: word for word, name in PAGES.items()},
        first=FIRST,
    )


@cache
def _read(file: str) -> tuple[Block, ...]:
    """A page, which does not change while we run."""
    return blocks((GUIDE / file).read_text(encoding="utf-8"))
