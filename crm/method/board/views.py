"""The board on screen, the moves made from it and their undo."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from crm import clock
from crm.access.guard import current_actor, needs
from crm.access.policy import Actor, Permission, can
from crm.conventions import queries as conventions
from crm.db import db
from crm.errors import Conflict
from crm.method.board import cards as drawn
from crm.method.board import filters as asked
from crm.method.board import queries
from crm.method.board.filters import DEPARTMENT, ME, NOBODY, Filters, Lanes, Territory
from crm.method.board.forms import MoveForm
from crm.method.enums import FIRST_OF_PARTNERSHIP, STEP_NAMES, ActionKind, MoveKind
from crm.method.gates import Asked
from crm.method.models import Initiative, Partnership
from crm.method.moves import services as moves
from crm.method.queries import get_card
from crm.method.refusals import MoveRefused, ProofsLacking
from crm.partners.listing.saved import queries as saved
from crm.partners.reference.enums import SizeClass
from crm.web.formats import day, day_near
from crm.web.paging import decode, encode
from crm.wording import Labelled

bp = Blueprint("board", __name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """A filter that is set, in words, and the address of the board without it."""

    text: str
    url: str


@bp.get("/projets/tableau")
@needs(Permission.PROJECT_READ)
def index() -> ResponseReturnValue:
    """The seven columns; with `lanes`, across them the lines of projects or of people; with `print`, all on a sheet."""
    actor, session = current_actor(), db.session()
    filters = asked.from_pairs(request.args.items(multi=True))
    printed = "print" in request.args
    read = queries.read(session, filters, actor=actor, now=g.now, today=clock.day_of(g.now))
    after = decode(request.args.get("after", ""), (str, int)) if filters.step else None
    size = None if printed else drawn.SHOWN
    columns = drawn.columns(read.cards, read.totals, read.cents, size=size, after=after)  # type: ignore[arg-type]  # of that shape
    lanes: list[drawn.Lane] = []
    if filters.lanes is not Lanes.NONE and not printed:
        named = read.projects if filters.lanes is Lanes.PROJECT else read.people
        keys = {one.number: one.key for one in named}
        lanes = drawn.lanes(read.cards, filters.lanes, keys, read.cents, size=drawn.SHOWN_IN_LANE)
    choices = _choices(read)
    today = clock.day_of(g.now)
    return render_template(
        "board/print.html" if printed else "board/index.html",
        filters=filters,
        columns=[one for one in columns if filters.step in {0, one.step}],
        lanes=lanes,
        count=len(read.cards),
        total=sum(read.totals.values()),
        steps={number: gettext(name) for number, name in STEP_NAMES.items()},
        choices=choices,
        marks=_marks(filters, choices),
        address=asked.address(filters),
        goals=_goals() if can(actor, Permission.PROJECT_EDIT) else None,
        say=Say(today),
        signed=_signed([*columns, *(cell for lane in lanes for cell in lane.cells)], actor, today),
        page=_page,
        more=lambda column, lane: _more(filters, column, lane),
        actions=_actions(filters, printable=bool(read.cards)),
        views=saved.seen_by(session, actor, asked.SAVED_PAGE) if not printed else [],
        cleared=Filters(lanes=filters.lanes),
        whole=replace(filters, step=0),
        board_url=board_url,
        today=today,
    )


@bp.post("/projets/tableau/<public_id>/deplacer")
@needs(Permission.PROJECT_EDIT)
def move(public_id: str) -> ResponseReturnValue:
    """A card dropped on another column, or moved from its menu."""
    actor, session = current_actor(), db.session()
    card = get_card(session, public_id, actor=actor, for_update=True)
    form = MoveForm.bind()
    filters = asked.from_address(form.board.data or "")
    if not form.accepted() or form.step.data is None:
        flash(gettext("Choisissez une étape de 1 à 7."), "warning")
        return redirect(board_url(filters), 303)
    back = board_url(filters, anchor=public_id)
    kind = MoveKind.FORWARD if form.step.data > card.step else MoveKind.BACK
    wanted = Asked(kind, form.step.data)
    try:
        moves.move(session, card, wanted, version=_version(), actor=actor, now=g.now)
    except ProofsLacking:
        # The small form asks only for what lacks, and finishes the move.
        return redirect(url_for("moves.advance", public_id=public_id, vers=form.step.data, retour=back), 303)
    except MoveRefused as refusal:
        if refusal.field == "reason":
            return redirect(url_for("moves.change", public_id=public_id, vers=form.step.data, retour=back), 303)
        flash(gettext(refusal.message, **refusal.values), "warning")
        return redirect(back, 303)
    except Conflict as refusal:
        flash(gettext(refusal.message), "warning")
        return redirect(back, 303)
    _tell_moved(card, back)
    return redirect(back, 303)


def board_url(filters: Filters, after: tuple[str, int] | None = None, anchor: str = "") -> str:
    """The address of the board, of what follows in a column, or of a card on it."""
    words: dict[str, Any] = dict(asked.pairs(filters))
    if after is not None:
        words["after"] = encode(after)
    if anchor:
        words["_anchor"] = f"carte-{anchor}"
    return url_for("board.index", **words)


def _tell_moved(card: Initiative | Partnership, back: str) -> None:
    """Say that the card moved, and offer to take that back."""
    step = f"{card.step} · {gettext(STEP_NAMES[card.step])}"
    if isinstance(card, Initiative) and card.step >= FIRST_OF_PARTNERSHIP:
        text = gettext("« %(name)s » : les étapes 1 à 3 sont passées.", name=card.title)
    else:
        text = gettext("« %(name)s » est à l'étape %(step)s.", name=_name(card), step=step)
    undoing = {
        "text": text,
        "undo_url": url_for("moves.undo", public_id=card.public_id),
        "undo_label": gettext("Annuler"),
        "undo_fields": {"version": card.version, "retour": back},
    }
    flash(undoing, "success")  # type: ignore[arg-type]  # Flask keeps any value JSON can hold; base.html draws this


def _name(card: Initiative | Partnership) -> str:
    return card.title if isinstance(card, Initiative) else card.partner.name


def _version() -> int | None:
    """The version of the card when the board was drawn: in the address of its button."""
    text = request.args.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class Say:
    """What cards say in words: made once for a day, a length, a state, however many cards say it."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.near = cache(partial(day_near, today=today))
        self.days = cache(self._days)
        self.since = cache(self._since)
        self.willing = cache(self._label)
        self.why = cache(self._why)
        self.paused = cache(self._paused)

    def next(self, card: drawn.Card) -> str:
        """When, and what; of a project, its horizon."""
        if card.is_project:
            return str(gettext("Horizon : %(day)s", day=self.near(card.next_on)))
        return str(gettext("%(when)s : %(what)s", when=self.near(card.next_on), what=card.next_what))

    def _days(self, number: int) -> str:
        return str(gettext("%(num)s j", num=number))

    def _since(self, number: int) -> str:
        return str(ngettext("Depuis %(num)d jour à cette étape", "Depuis %(num)d jours à cette étape", number))

    def _label(self, one: Labelled) -> str:
        return str(gettext(one.label))

    def _why(self, reasons: tuple[Labelled, ...]) -> str:
        return " ; ".join(map(self._label, reasons))

    def _paused(self, until: date | None) -> str:
        if until is None:
            return str(gettext("En pause"))
        return str(gettext("En pause jusqu'au %(day)s", day=day(until)))


def _signed(cells: Iterable[drawn.Column], actor: Actor, today: date) -> dict[int, tuple[str, str]]:
    """By partner of a card that is drawn, the convention that binds: its kind and how it stands. One query."""
    if not can(actor, Permission.CONVENTION_READ):
        return {}
    partners = {card.partner_id for cell in cells for card in cell.shown if card.partner_id}
    bound = conventions.binding(db.session(), partners, actor=actor, today=today)
    return {key: (gettext(one.kind.label), gettext(one.state.label)) for key, one in bound.items()}


def _page(card: drawn.Card) -> str:
    """Where the name of a card leads."""
    return url_for("projects.show" if card.is_project else "partnerships.show", public_id=card.public_id)


def _goals() -> dict[bool, list[tuple[int, str, str]]]:
    """Where projects (true) and partnerships (false) may go: the step, the words to go on, those to come back."""
    made: dict[bool, list[tuple[int, str, str]]] = {True: [], False: []}
    for of_projects, steps in made.items():
        for step in drawn.reach(is_project=of_projects):
            name = f"{step} · {gettext(STEP_NAMES[step])}"
            steps.append((step, gettext("Passer à %(step)s", step=name), gettext("Revenir à %(step)s", step=name)))
    return made


def _more(filters: Filters, column: drawn.Column, lane: drawn.Lane | None) -> str:
    """What follows in a column; of a lane, that lane alone."""
    if lane is None:
        return board_url(replace(filters, step=column.step), column.after)
    alone = replace(filters, lanes=Lanes.NONE, step=column.step)
    if filters.lanes is Lanes.PROJECT:
        return board_url(replace(alone, project=lane.key))
    return board_url(replace(alone, owner=lane.key or NOBODY))


def _choices(read: queries.Read) -> dict[str, list[tuple[str, str]]]:
    """What each filter may be set to: (value, label in the language of the screen)."""
    places = [(Territory(kind.value, code or name).word, name) for kind, code, name in read.territories.places]
    departments = [
        (Territory(DEPARTMENT, code).word, gettext("Département %(code)s", code=code))
        for code in read.territories.departments
    ]
    return {
        "project": _offered(read.projects),
        "owner": [(ME, gettext("Moi")), (NOBODY, gettext("Personne")), *_offered(read.people)],
        "unit": _offered(read.units),
        "action": _labels(ActionKind),
        "size": _labels(SizeClass),
        "territory": [*places, *departments],
        "lanes": _labels(Lanes),
    }


def _offered(named: list[queries.Named]) -> list[tuple[str, str]]:
    return [(one.key, one.name) for one in named if one.offered]


def _labels(kind: type[Labelled]) -> list[tuple[str, str]]:
    return [(str(one.value), gettext(one.label)) for one in kind]


def _actions(filters: Filters, *, printable: bool) -> list[dict[str, str]]:
    """What is done less often: print, keep these filters under a name, see the views."""
    found = []
    if printable:
        printed = f"{url_for('board.index')}?{asked.address(replace(filters, lanes=Lanes.NONE))}&print=1"
        label = gettext("Imprimer sur une feuille A3")
        found.append({"url": printed, "label": label, "icon": "file-earmark-text"})
    if filters != asked.NOTHING:
        kept = f"{url_for('listing.save_view', of=asked.SAVED_PAGE)}&{asked.address(filters)}"
        found.append({"url": kept, "label": gettext("Enregistrer cette vue"), "icon": "plus-lg"})
    return [*found, {"url": url_for("listing.saved_views"), "label": gettext("Mes vues"), "icon": "list"}]


def _marks(filters: Filters, choices: dict[str, list[tuple[str, str]]]) -> list[Mark]:
    """The filters that are set, each with the way to be rid of it."""
    found = []
    for word, value in asked.pairs(filters):
        if word == "lanes":
            continue
        label = dict(choices.get(word, [])).get(value, value)
        found.append(Mark(_said(word, label), board_url(asked.without(filters, word))))
    return found


def _said(word: str, label: str) -> str:
    if word == "stale":
        return str(gettext("À relancer"))
    if word == "step":
        return str(gettext("Étape %(number)s", number=label))
    if word == "owner":
        return str(gettext("Responsable : %(name)s", name=label))
    return label
