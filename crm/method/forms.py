"""Fields that the forms of the method share."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from crm.method.amounts import read_euros
from crm.web.formats import day
from crm.web.forms import AtMost, Between, Required, strip
from crm.wording import Labelled

LONGEST_TEXT = 4000
_MOST_PEOPLE = 100_000
#: Digits of an identifier, at most: more would be no integer for the database.
_LONGEST_KEY = 10


def text(label: Any, size: int, *, required: bool = False, help: Any = "") -> StringField:
    """One line."""
    validators = [Required(), AtMost(size)] if required else [AtMost(size)]
    return StringField(label, filters=[strip], validators=validators, description=help)


def area(label: Any, *, required: bool = False, help: Any = "", size: int = LONGEST_TEXT) -> TextAreaField:
    """Several lines."""
    validators = [Required(), AtMost(size)] if required else [AtMost(size)]
    return TextAreaField(label, filters=[strip], validators=validators, description=help, render_kw={"rows": 3})


def whole(label: Any, help: Any = "") -> IntegerField:
    """A number of people or of days, or nothing."""
    message = _l("Un nombre entier, à partir de 1.")
    return IntegerField(
        label,
        validators=[Optional(), Between(1, _MOST_PEOPLE, message=message)],
        description=help,
        render_kw={"inputmode": "numeric"},
    )


def options(labels: type[Labelled], nothing: str | None = None) -> list[tuple[str, str]]:
    """The members of an enumeration, as a select offers them."""
    first = [] if nothing is None else [("", nothing)]
    return first + [(one.value, gettext(one.label)) for one in labels]


def offer(field: Any, offered: list[tuple[str, str]]) -> None:
    """
    Fill a choice. Whoever has left stays where they are named, until somebody else is chosen.

    Somebody else's number is for the services to refuse; what is no number is refused here.
    """
    held = str(field.data or "")
    is_key = held.isascii() and held.isdigit() and len(held) < _LONGEST_KEY
    stays = is_key and held not in {key for key, _ in offered}
    field.choices = [*offered, (held, gettext("Inchangé"))] if stays else offered


def key_of(field: Field) -> int | None:
    """The identifier chosen in a select; None for nobody."""
    return int(field.data) if field.data else None


class Euros(StringField):
    """An amount in euros, kept as cents in `cents`."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        look = {"inputmode": "decimal"}
        super().__init__(label, filters=[strip], validators=[AtMost(30)], render_kw=look, **kwargs)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """An amount, or nothing."""
        try:
            read_euros(self.data or "")
        except ValueError:
            raise ValidationError(gettext("Un montant en euros, par exemple 1 500 ou 249,90.")) from None

    @property
    def cents(self) -> int | None:
        """What was typed; only once validated."""
        return read_euros(self.data or "")


def exchange_options(held: Any) -> list[tuple[str, str]]:
    """Exchanges (crm.method.parts.queries.Held), as a select offers them."""
    shown = [
        (str(one.id), ", ".join(part for part in (gettext(one.kind.label), day(one.held_at), one.partner) if part))
        for one in held
    ]
    return [("", gettext("Aucun")), *shown]
