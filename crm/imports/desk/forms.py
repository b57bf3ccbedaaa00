"""The forms of an import: the file, which column is which fact, what to say of doubtful rows."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs of WTForms

from crm.imports.enums import Choice, ImportKind
from crm.imports.mapping import OF_EXCHANGES, OF_PARTNERS, Field, Mapping
from crm.imports.proposals import CONTACT, FIELDS
from crm.imports.saved import LONGEST_NAME
from crm.imports.values import LONGEST, MOST_SHOWN, REVIEWED
from crm.web.forms import AtMost, BaseForm

#: What the screen calls each fact.
LABELS = {
    Field.NAME: _l("Nom ou raison sociale"),
    Field.TRADE_NAME: _l("Enseigne"),
    Field.KIND: _l("Type de partenaire"),
    Field.SIRET: _l("SIRET"),
    Field.SIREN: _l("SIREN"),
    Field.STREET: _l("Adresse"),
    Field.POSTAL_CODE: _l("Code postal"),
    Field.CITY: _l("Ville"),
    Field.DEPARTMENT: _l("Département"),
    Field.PHONE: _l("Téléphone"),
    Field.EMAIL: _l("Adresse e-mail"),
    Field.WEBSITE: _l("Site internet"),
    Field.SECTOR: _l("Secteur d'activité"),
    Field.CONTACT_LAST_NAME: _l("Nom du contact"),
    Field.CONTACT_FIRST_NAME: _l("Prénom du contact"),
    Field.CONTACT_FUNCTION: _l("Fonction du contact"),
    Field.CONTACT_PHONE: _l("Téléphone du contact"),
    Field.CONTACT_EMAIL: _l("Adresse e-mail du contact"),
    Field.OWNER: _l("Suivi par"),
    Field.DATE: _l("Date de l'échange"),
    Field.EXCHANGE_KIND: _l("Type d'échange"),
    Field.TEXT: _l("Compte rendu"),
}
#: What the screen calls each fact of a known partner that a row may change.
FACT_LABELS = {field.value: LABELS[field] for field in Field if field.value in FIELDS} | {CONTACT: _l("Contact")}
_CHOICE, _SHOWN, _TICKED = "row-", "shown-", "set-"
#: What may be pasted at once, in characters.
LONGEST_PASTE = 200_000


class FileForm(BaseForm):
    """A file brought from somebody's disk."""

    file = FileField(
        _l("Fichier"),
        description=_l("Un classeur XLSX ou un fichier CSV, 10 Mo au plus, une ligne de titres en tête."),
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )

    kind = RadioField(
        _l("Ce que disent ses lignes"),
        choices=[
            SelectChoice(ImportKind.PARTNERS.value, _l("Des partenaires")),
            SelectChoice(ImportKind.EXCHANGES.value, _l("Des échanges passés : entreprise, date, qui, quoi")),
        ],
        default=ImportKind.PARTNERS.value,
        validate_choice=False,
    )
    pasted = TextAreaField(
        _l("Ou un tableau collé"),
        description=_l("Copiez les cellules dans votre tableur, ligne de titres comprise, et collez-les ici."),
        render_kw={"rows": 5, "spellcheck": "false", "autocomplete": "off"},
        validators=[AtMost(LONGEST_PASTE)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.flags.required = True  # one of the two is always ticked

    def kind_chosen(self) -> ImportKind:
        """What the rows are; partners when nothing else is said."""
        return ImportKind.EXCHANGES if self.kind.data == ImportKind.EXCHANGES else ImportKind.PARTNERS


class MappingForm(BaseForm):
    """For each fact, the column of the file that holds it."""

    name = SelectField(LABELS[Field.NAME])
    trade_name = SelectField(LABELS[Field.TRADE_NAME])
    kind = SelectField(LABELS[Field.KIND])
    siret = SelectField(LABELS[Field.SIRET])
    siren = SelectField(LABELS[Field.SIREN])
    street = SelectField(LABELS[Field.STREET])
    postal_code = SelectField(LABELS[Field.POSTAL_CODE])
    city = SelectField(LABELS[Field.CITY])
    department = SelectField(LABELS[Field.DEPARTMENT])
    phone = SelectField(LABELS[Field.PHONE])
    email = SelectField(LABELS[Field.EMAIL])
    website = SelectField(LABELS[Field.WEBSITE])
    sector = SelectField(LABELS[Field.SECTOR])
    contact_last_name = SelectField(LABELS[Field.CONTACT_LAST_NAME])
    contact_first_name = SelectField(LABELS[Field.CONTACT_FIRST_NAME])
    contact_function = SelectField(LABELS[Field.CONTACT_FUNCTION])
    contact_phone = SelectField(LABELS[Field.CONTACT_PHONE])
    contact_email = SelectField(LABELS[Field.CONTACT_EMAIL])
    owner = SelectField(LABELS[Field.OWNER])
    held_on = SelectField(LABELS[Field.DATE])
    exchange_kind = SelectField(LABELS[Field.EXCHANGE_KIND])
    text = SelectField(LABELS[Field.TEXT])
    mapping_name = StringField(
        _l("Retenir ces colonnes sous le nom"),
        description=_l("Un fichier qui a les mêmes titres les retrouvera de lui-même."),
        validators=[AtMost(LONGEST_NAME)],
    )

    def __init__(self, *args: Any, headings: Sequence[str] = (), exchanges: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in set(Field) - set(OF_EXCHANGES if exchanges else OF_PARTNERS):
            del self[fact.value]
        if exchanges:
            self.owner.label.text = gettext("Par qui")
            self.held_on.flags.required = True
        columns = [
            (str(place), heading.strip()[:60] or gettext("(colonne %(number)s, sans titre)", number=place + 1))
            for place, heading in enumerate(headings)
        ]
        for select in self:
            if isinstance(select, SelectField):
                select.choices = [("", gettext("Aucune colonne")), *columns]
        self.name.flags.required = True

    def places(self) -> dict[Field, int]:
        """The column of each fact that has one; only after `accepted()`."""
        known = [field for field in Field if field.value in self]
        return {field: int(self[field.value].data) for field in known if self[field.value].data}


def mapping_values(mapping: Mapping) -> dict[str, str]:
    """A mapping as the form shows it."""
    return {field.value: str(mapping.fields[field]) if field in mapping.fields else "" for field in Field}


def choices_of(posted: MultiDict[str, str]) -> dict[int, tuple[Choice, str]]:
    """What was ticked of rows by line, and whom a row is when several are near; what is not ours is left out."""
    known = {choice.value: choice for choice in Choice}
    parts = ((line, *value.partition(":")[::2]) for line, value in _of_lines(posted, _CHOICE))
    return {line: (known[value], word) for line, value, word in parts if value in known}


def fields_of(posted: MultiDict[str, str]) -> dict[int, frozenset[str]]:
    """The fields ticked of the rows whose fields were shown, by line."""
    return {line: frozenset(posted.getlist(f"{_TICKED}{line}")) for line, _ in _of_lines(posted, _SHOWN)}


def corrections_of(posted: MultiDict[str, str]) -> dict[Field, dict[str, str]]:
    """What was typed instead of the values of the reviewed columns, empty where nothing was."""
    found: dict[Field, dict[str, str]] = {}
    for field in (*REVIEWED, Field.EXCHANGE_KIND):
        for number in range(MOST_SHOWN):
            text = posted.get(f"from-{field.value}-{number}")
            if text is not None:
                said = " ".join(posted.get(f"to-{field.value}-{number}", "").split())
                found.setdefault(field, {})[text] = said[:LONGEST]
    return found


def _of_lines(posted: MultiDict[str, str], prefix: str) -> Iterator[tuple[int, str]]:
    for name, value in posted.items():
        number = name.removeprefix(prefix)
        if name.startswith(prefix) and number.isdecimal() and len(number) < 10:
            yield int(number), value
