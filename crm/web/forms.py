"""The base of every form: shape only. What needs the database or today's date is for the services."""

import json
from collections.abc import Mapping
from typing import Any, Self

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf.i18n import translations
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, Form
from wtforms.form import BaseForm as WTForm
from wtforms.meta import DefaultMeta
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from crm.errors import DomainError
from crm.web.submissions import NOT_TYPED

#: Characters that no text of ours holds and PostgreSQL refuses.
_FORBIDDEN = {0: None}

#: No number of ours is larger, and every smaller one can be a float.
_LARGEST = 10**15


def strip(value: object) -> object:
    """Remove the spaces around a text, and NUL characters; leave other values alone."""
    return value.translate(_FORBIDDEN).strip() if isinstance(value, str) else value


def none_if_empty(value: object) -> object:
    """An empty text as None."""
    return value or None


class Required(DataRequired):
    """Something must be typed."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or lazy_gettext("À remplir : ce champ est nécessaire."))


class Chosen(InputRequired):
    """Something must be chosen."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or lazy_gettext("Choisissez une réponse."))


class AtMost(Length):
    """No more than so many characters."""

    def __init__(self, characters: int) -> None:
        super().__init__(max=characters, message=lazy_gettext("Trop long : %(max)d caractères au plus."))


class Between(NumberRange):
    """From the least to the most. WTForms turns a number into a float first, and falls on one of 400 digits."""

    def __call__(self, form: WTForm, field: Field) -> None:
        """Raises ValidationError with the message given."""
        if isinstance(field.data, int) and not -_LARGEST <= field.data <= _LARGEST:
            raise ValidationError(str(self.message) % {"min": self.min, "max": self.max})
        super().__call__(form, field)


class Day(DateField):
    """A day or nothing, as browsers send it or as people type it, with a sentence of ours when it cannot be read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"format": ["%Y-%m-%d", "%d/%m/%Y"]} | kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed: nothing takes the day away. Raises ValueError with the sentence."""
        if valuelist:
            self.data = None
        try:
            super().process_formdata([typed for typed in valuelist if typed.strip()])
        except ValueError:
            raise ValueError(gettext("Date à revoir, par exemple 22/11/2026.")) from None


class BaseForm(Form):
    """
    A WTForms form that knows what it was opened on.

    `version` is the version of the object when the form was opened, `_base` what it held then: with them a stale form
    becomes a field-by-field choice (crm/web/conflicts.py). CSRF and nonce are checked by the guard for every POST.
    """

    class Meta(DefaultMeta):
        """WTForms' own sentences in the language of the screen."""

        def get_translations(self, form: Any) -> Any:
            """The translations of Flask-WTF, which follow Flask-Babel's locale."""
            return translations

    version: int | None = None
    base: dict[str, str] | None = None

    @classmethod
    def bind(cls, data: Mapping[str, Any] | None = None, *, version: int | None = None, **kwargs: Any) -> Self:
        """The form of this request: what was posted, or `data` (the object's values) when it is opened."""
        posted = settled(request.form) if request.method == "POST" else None
        form = cls(posted, data=dict(data or {}), **kwargs)
        if posted is None:
            form.version = version
            form.base = form.raw() if version is not None else None
        else:
            form.version = _whole(posted.get("version"))
            form.base = _loads(posted.get("_base", ""))
        return form

    @property
    def submitted(self) -> bool:
        """Whether this request sent the form."""
        return request.method == "POST"

    def accepted(self) -> bool:
        """Whether the form was sent and its shape is right."""
        return self.submitted and self.validate()

    def raw(self) -> dict[str, str]:
        """Each field as the browser would post it."""
        return {field.name: raw_value(field) for field in self}

    def base_json(self) -> str:
        """What the object held when the form was opened, for the hidden field `_base`."""
        return json.dumps(self.base or {}, ensure_ascii=False)

    def refuse(self, refusal: DomainError, field: str | None = None) -> None:
        """Show a refusal of the services beside a field, or above the form."""
        sentence = gettext(refusal.message, **refusal.values)
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors.append(sentence)


def raw_value(field: Field) -> str:
    """A field as the browser would post it: '' for nothing, 'y' for a ticked box."""
    if field.type == "BooleanField":
        return "y" if field.data else ""
    if hasattr(field, "_value"):
        return str(field._value())
    return "" if field.data is None else str(getattr(field.data, "value", field.data))


def settled(posted: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was posted, each field for which `choice-<field>` says 'theirs' replaced by `theirs-<field>`."""
    result: MultiDict[str, str] = MultiDict(posted)
    for key, choice in posted.items():
        name = key.removeprefix("choice-")
        if name != key and choice == "theirs":
            result.setlist(name, posted.getlist(f"theirs-{name}"))
    return result


def typed_fields(posted: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What a person typed, for the pages that give it back: no token, no hidden state, no password."""
    return [
        (name, value)
        for name, value in posted.items(multi=True)
        if name not in NOT_TYPED
        and value
        and "password" not in name
        and not name.startswith(("_", "choice-", "theirs-"))
        and name not in {"version", "next"}
    ]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _loads(text: str) -> dict[str, str] | None:
    try:
        base = json.loads(text)
    except ValueError:
        return None
    return {str(key): str(value) for key, value in base.items()} if isinstance(base, dict) else None
