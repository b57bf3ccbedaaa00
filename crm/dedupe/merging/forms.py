"""The middle column of a merge: what the record that remains will hold. Shape only."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Field, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import ValidationError

from crm.dedupe.merging.sides import CHOSEN, TEXTS, Side, differing, proposed, remaining
from crm.partners.enums import PartnerKind
from crm.partners.identifiers import read_siret, show_siret
from crm.partners.online import read_email, read_website
from crm.partners.phones import read_phone, show_phone
from crm.partners.places import is_postal_code
from crm.partners.reference.enums import SizeClass
from crm.web.forms import AtMost, BaseForm, Chosen, Required, strip

_SHOWN = {"siret": show_siret, "phone": show_phone}


def shown(name: str, value: Any, parents: dict[int, str]) -> str:
    """A value as a person reads it."""
    if value in (None, ""):
        return ""
    if name == "kind":
        return str(gettext(PartnerKind(value).label))
    if name == "size":
        return str(gettext(SizeClass(value).label))
    if name == "parent_id":
        return parents.get(value, "")
    return _SHOWN[name](value) if name in _SHOWN else str(value)


class MergeForm(BaseForm):
    """Only what differs is asked; the rest is what all of them hold."""

    name = StringField(_l("Nom ou raison sociale"), filters=[strip], validators=[Required(), AtMost(200)])
    trade_name = StringField(_l("Enseigne"), filters=[strip], validators=[AtMost(200)])
    siret = StringField(
        "SIRET", filters=[strip], validators=[AtMost(60)], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    street = StringField(_l("Adresse"), filters=[strip], validators=[AtMost(200)])
    postal_code = StringField(
        _l("Code postal"), filters=[strip], validators=[AtMost(5)], render_kw={"inputmode": "numeric"}
    )
    city = StringField(_l("Ville"), filters=[strip], validators=[AtMost(100)])
    phone = TelField(_l("Téléphone"), filters=[strip])
    email = EmailField(_l("Adresse e-mail"), filters=[strip])
    website = StringField(_l("Site internet"), filters=[strip], render_kw={"inputmode": "url"})
    sector = StringField(_l("Secteur d'activité"), filters=[strip], validators=[AtMost(200)])
    registration_number = StringField(_l("Numéro d'immatriculation"), filters=[strip], validators=[AtMost(40)])
    collective_agreement = StringField(_l("Convention collective"), filters=[strip], validators=[AtMost(200)])
    signatory = StringField(_l("Qui signe ?"), filters=[strip], validators=[AtMost(200)])
    kind = SelectField(_l("Type de partenaire"), validators=[Chosen(_l("Choisissez un type."))])
    legal_form_code = SelectField(_l("Forme juridique"))
    naf_code = SelectField(_l("Activité (code NAF)"))
    headcount_band = SelectField(_l("Effectif"))
    size = SelectField(_l("Taille"))
    registered_on = SelectField(_l("Immatriculé le"))
    signing_days = SelectField(_l("Délai de signature, en jours"))
    parent_id = SelectField(_l("Fait partie de"))

    def __init__(self, *args: Any, sides: Sequence[Side], parents: dict[int, str], **kwargs: Any) -> None:
        remains = remaining(sides)
        self.sides, self.proposed = sides, proposed(sides, remains)
        self.asked = differing(sides)
        begin = {name: self._begin(name) for name in (*TEXTS, *CHOSEN)}
        super().__init__(*args, **{**kwargs, "data": begin})
        for name in CHOSEN:
            values = dict.fromkeys(value for one in sides if (value := one.values.get(name)))
            options = [(str(value), shown(name, value, parents)) for value in values]
            field: Any = self[name]
            field.choices = options if name == "kind" else [("", gettext("Rien")), *options]
        for name in (*TEXTS, *CHOSEN):
            if name not in self.asked:
                del self[name]

    def _begin(self, name: str) -> str:
        value = self.proposed.get(name)
        if value is None:
            return ""
        return _SHOWN[name](value) if name in _SHOWN else str(value)

    def validate_siret(self, field: Field) -> None:
        """A SIRET, or a SIREN."""
        self._read(field, read_siret)

    def validate_phone(self, field: Field) -> None:
        """A number that can be dialled."""
        self._read(field, read_phone)

    def validate_email(self, field: Field) -> None:
        """An address."""
        self._read(field, read_email)

    def validate_website(self, field: Field) -> None:
        """An address of the web."""
        self._read(field, read_website)

    def validate_postal_code(self, field: Field) -> None:
        """Five digits."""
        if field.data and not is_postal_code(field.data):
            raise ValidationError(gettext("Un code postal compte 5 chiffres."))

    def _read(self, field: Field, read: Any) -> None:
        found = read(field.data or "")
        if found.error is not None:
            raise ValidationError(gettext(found.error.msgid, **found.error.values))

    def result(self) -> dict[str, Any]:
        """What the one that remains will hold, by field; only after `accepted()`."""
        found = dict(self.proposed)
        readers: dict[str, Any] = {"phone": read_phone, "email": read_email, "website": read_website}
        for name in self.asked:
            text = self[name].data or ""
            found[name] = readers[name](text).value if name in readers else text
        for name, kind in (("signing_days", int), ("parent_id", int)):
            if name in self.asked:
                found[name] = kind(found[name]) if found[name] else None
        return found


class AnswerForm(BaseForm):
    """What a structure says of a merge that another one proposes."""

    reason = TextAreaField(
        _l("Pourquoi ? (si vous refusez)"), filters=[strip], validators=[AtMost(300)], render_kw={"rows": 2}
    )
    agrees = BooleanField()
