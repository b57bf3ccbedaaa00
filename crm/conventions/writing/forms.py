"""
The forms of the lines of a convention: who signs, what is promised, articles, days.

Each shows its lines and a few empty ones; a line that is emptied goes. Every line is flat fields, so that two editors
are compared field by field as on any other form.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField

from crm.conventions.editions import ClauseText
from crm.conventions.enums import DateKind, Side
from crm.conventions.models import Clause, Commitment, ConventionDate, Signatory
from crm.conventions.writing.services import CommitmentLine, DateLine, SignatoryLine
from crm.web.forms import AtMost, BaseForm, Day, strip

LONGEST_ARTICLE = 10_000
#: Empty lines shown after those that say something.
SPARE = 2


class LinesForm(BaseForm):
    """A form of numbered lines: `PARTS` are the fields of one, `MOST` how many there are, `KEY` the one that counts."""

    PARTS: tuple[str, ...] = ()
    MOST = 0
    KEY: tuple[str, ...] = ()

    @property
    def lines(self) -> list[dict[str, Field]]:
        """The fields of each line, for the screen: those that say something, and a few more."""
        every = [{part: self[f"{part}_{number}"] for part in self.PARTS} for number in range(self.MOST)]
        used = [number for number, line in enumerate(every) if any(line[part].data for part in self.PARTS)]
        return every[: (used[-1] + 1 if used else 0) + SPARE]

    def filled(self) -> list[dict[str, Any]]:
        """What each line that says something holds."""
        every = [{part: self[f"{part}_{number}"].data for part in self.PARTS} for number in range(self.MOST)]
        return [line for line in every if any(line[part] for part in self.KEY)]

    def check_line(self, number: int) -> None:
        """Say on the fields what a line lacks."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Each line that says something says enough."""
        fine = bool(super().validate(extra_validators))
        for number in range(self.MOST):
            if any(self[f"{part}_{number}"].data for part in self.KEY):
                self.check_line(number)
        return fine and not self.errors

    def offer(self, part: str, choices: Sequence[tuple[str, str]]) -> None:
        """What that field of each line may be."""
        for number in range(self.MOST):
            field: Any = self[f"{part}_{number}"]
            field.choices = choices

    def need(self, part: str, number: int, sentence: str) -> None:
        """That field of that line must be filled."""
        field = self[f"{part}_{number}"]
        if not field.data and not field.errors:
            field.errors = [sentence]


def _numbered(base: type[LinesForm], name: str, most: int, make: Callable[[int], Mapping[str, Field]]) -> type[Any]:
    fields = {f"{part}_{number}": field for number in range(most) for part, field in make(number).items()}
    return type(name, (base,), {"MOST": most, **fields})


def _sides() -> list[tuple[str, str]]:
    return [("", gettext("Choisir")), *((one.value, gettext(one.label)) for one in Side)]


class _Signatories(LinesForm):
    PARTS = ("who", "name", "capacity", "side", "id")
    KEY = ("who", "name")

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("who", [("", gettext("Autre : écrire son nom")), *people])
        self.offer("side", _sides())

    def check_line(self, number: int) -> None:
        if not self[f"who_{number}"].data:
            self.need("side", number, gettext("Dites pour qui cette personne signe."))

    def signatories(self) -> list[SignatoryLine]:
        """Who signs; only after `accepted()`. A colleague signs for us, a contact for the partner, unless told."""
        return [_signatory(line) for line in self.filled()]


def _signatory(line: Mapping[str, Any]) -> SignatoryLine:
    kind, _, key = (line["who"] or "").partition(":")
    usual = Side.OURS if kind == "u" else Side.THEIRS
    return SignatoryLine(
        side=Side(line["side"]) if line["side"] else usual,
        name=line["name"] or "",
        capacity=line["capacity"] or "",
        user_id=int(key) if kind == "u" else None,
        contact=key if kind == "c" else "",
        public_id=line["id"] or "",
    )


SignatoriesForm = _numbered(
    _Signatories,
    "SignatoriesForm",
    8,
    lambda number: {
        "who": SelectField(_l("Qui signe"), default=""),
        "name": StringField(_l("Nom, si c'est quelqu'un d'autre"), filters=[strip], validators=[AtMost(300)]),
        "capacity": StringField(_l("En qualité de"), filters=[strip], validators=[AtMost(200)]),
        "side": SelectField(_l("Pour"), default=""),
        "id": HiddenField(),
    },
)


def signatory_values(signatories: Iterable[Signatory], contacts: Mapping[int, str]) -> dict[str, Any]:
    """Signatories as the form shows them; `contacts` gives the public identifier of a contact."""
    values: dict[str, Any] = {}
    for number, one in enumerate(signatories):
        contact = contacts.get(one.contact_id or 0)
        who = f"u:{one.user_id}" if one.user_id else f"c:{contact}" if contact else ""
        values |= {
            f"who_{number}": who,
            f"name_{number}": "" if who else one.name,
            f"capacity_{number}": one.capacity,
            f"side_{number}": one.side.value,
            f"id_{number}": one.public_id,
        }
    return values


class _Commitments(LinesForm):
    PARTS = ("side", "wording", "due_on", "id")
    KEY = ("wording",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("side", _sides())

    def check_line(self, number: int) -> None:
        self.need("side", number, gettext("Dites qui s'engage."))

    def commitments(self) -> list[CommitmentLine]:
        """What each side promises; only after `accepted()`."""
        return [
            CommitmentLine(
                side=Side(line["side"]), wording=line["wording"], due_on=line["due_on"], public_id=line["id"] or ""
            )
            for line in self.filled()
        ]


CommitmentsForm = _numbered(
    _Commitments,
    "CommitmentsForm",
    20,
    lambda number: {
        "side": SelectField(_l("Qui s'engage"), default=""),
        "wording": StringField(_l("À quoi"), filters=[strip], validators=[AtMost(500)]),
        "due_on": Day(_l("Pour le")),
        "id": HiddenField(),
    },
)


def commitment_values(commitments: Iterable[Commitment]) -> dict[str, Any]:
    """Promises as the form shows them."""
    values: dict[str, Any] = {}
    for number, one in enumerate(commitments):
        values |= {
            f"side_{number}": one.side.value,
            f"wording_{number}": one.wording,
            f"due_on_{number}": one.due_on,
            f"id_{number}": one.public_id,
        }
    return values


class _Clauses(LinesForm):
    PARTS = ("title", "text")
    KEY = ("title", "text")

    def check_line(self, number: int) -> None:
        self.need("title", number, gettext("Donnez un titre à cet article."))

    def clauses(self) -> list[ClauseText]:
        """The articles; only after `accepted()`."""
        return [ClauseText(line["title"], line["text"] or "") for line in self.filled()]


ClausesForm = _numbered(
    _Clauses,
    "ClausesForm",
    30,
    lambda number: {
        "title": StringField(_l("Titre de l'article"), filters=[strip], validators=[AtMost(200)]),
        "text": TextAreaField(
            _l("Texte"), filters=[strip], validators=[AtMost(LONGEST_ARTICLE)], render_kw={"rows": 5}
        ),
    },
)


def clause_values(clauses: Iterable[Clause]) -> dict[str, Any]:
    """Articles as the form shows them."""
    values: dict[str, Any] = {}
    for number, one in enumerate(clauses):
        values |= {f"title_{number}": one.title, f"text_{number}": one.text}
    return values


class _Dates(LinesForm):
    PARTS = ("kind", "due_on", "id")
    KEY = ("due_on", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", [("", gettext("Choisir")), *((one.value, gettext(one.label)) for one in DateKind)])

    def check_line(self, number: int) -> None:
        self.need("kind", number, gettext("Dites ce qui est prévu ce jour-là."))
        self.need("due_on", number, gettext("Donnez le jour."))

    def dates(self) -> list[DateLine]:
        """Reviews and reports; only after `accepted()`."""
        return [
            DateLine(kind=DateKind(line["kind"]), due_on=line["due_on"], public_id=line["id"] or "")
            for line in self.filled()
        ]


DatesForm = _numbered(
    _Dates,
    "DatesForm",
    20,
    lambda number: {
        "kind": SelectField(_l("Quoi"), default=""),
        "due_on": Day(_l("Pour le")),
        "id": HiddenField(),
    },
)


def date_values(dates: Iterable[ConventionDate]) -> dict[str, Any]:
    """Reviews and reports as the form shows them."""
    values: dict[str, Any] = {}
    for number, one in enumerate(dates):
        values |= {f"kind_{number}": one.kind.value, f"due_on_{number}": one.due_on, f"id_{number}": one.public_id}
    return values
