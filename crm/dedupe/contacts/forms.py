"""The middle column of a merge of contacts. Shape only."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Field, RadioField, SelectField, StringField, TelField
from wtforms.validators import ValidationError

from crm.dedupe.merging.people.sides import FIELDS, PersonSide, differing, proposed, remaining
from crm.dedupe.pairs.forms import AnswerForm
from crm.partners.enums import ContactRole
from crm.partners.online import read_email
from crm.partners.phones import read_phone, show_phone
from crm.web.forms import AtMost, BaseForm, Required, strip


def shown(name: str, value: Any) -> str:
    """A value as a person reads it."""
    if not value:
        return ""
    if name == "role":
        return str(gettext(ContactRole(value).label))
    return show_phone(value) if name == "phone" else str(value)


class PairForm(AnswerForm):
    """What is answered of two contacts instead of merging them."""

    def __init__(self, *args: Any, people: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        del self["head"]


class PersonForm(BaseForm):
    """Only what differs is asked, and, in two companies, which is the present one."""

    first_name = StringField(_l("Prénom"), filters=[strip], validators=[AtMost(80)])
    last_name = StringField(_l("Nom"), filters=[strip], validators=[Required(), AtMost(80)])
    function = StringField(_l("Fonction"), filters=[strip], validators=[AtMost(120)])
    phone = TelField(_l("Téléphone"), filters=[strip])
    email = EmailField(_l("Adresse e-mail"), filters=[strip])
    role = SelectField(_l("Rôle"))
    remains = RadioField(_l("Où travaille cette personne aujourd'hui ?"))
    has_left = BooleanField(_l("Elle a quitté l'autre entreprise"))

    def __init__(self, *args: Any, sides: Sequence[PersonSide], **kwargs: Any) -> None:
        self.sides, self.kept = sides, remaining(sides)
        self.proposed, self.asked = proposed(sides, self.kept), differing(sides)
        self.in_two = len({one.company_id for one in sides}) > 1
        begin: dict[str, Any] = {name: self._begin(name) for name in FIELDS}
        begin |= {"remains": self.kept.public_id, "has_left": any(one.left_on for one in sides)}
        super().__init__(*args, **{**kwargs, "data": begin})
        self.role.choices = [("", gettext("Rien")), *((one.value, gettext(one.label)) for one in ContactRole)]
        self.remains.choices = [(one.public_id, one.company) for one in sides]
        for name in FIELDS:
            if name not in self.asked:
                del self[name]
        if not self.in_two:
            del self["remains"]
            del self["has_left"]

    def _begin(self, name: str) -> str:
        value = self.proposed.get(name)
        if not value:
            return ""
        return show_phone(value) if name == "phone" else str(getattr(value, "value", value))

    def validate_phone(self, field: Field) -> None:
        """A number that can be dialled."""
        found = read_phone(field.data)
        if found.error is not None:
            raise ValidationError(gettext(found.error.msgid, **found.error.values))

    def validate_email(self, field: Field) -> None:
        """An address."""
        found = read_email(field.data)
        if found.error is not None:
            raise ValidationError(gettext(found.error.msgid, **found.error.values))

    def result(self) -> dict[str, Any]:
        """What the one that remains will hold; only after `accepted()`."""
        found = dict(self.proposed)
        for name in self.asked:
            found[name] = self[name].data or ""
        for name, read in (("phone", read_phone), ("email", read_email)):
            if name in self.asked:
                found[name] = read(found[name]).value
        return found

    @property
    def chosen(self) -> str:
        """The public id of the contact that remains."""
        return str(self.remains.data) if self.in_two else self.kept.public_id
