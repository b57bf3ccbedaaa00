"""The form of somebody met at a partner. What is typed is read here by pure rules; nothing is looked up."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, SelectField, StringField, TelField

from crm.partners.contacts.services import ContactData
from crm.partners.enums import ContactRole
from crm.partners.forms import ReadBy
from crm.partners.models import Contact
from crm.partners.online import read_email
from crm.partners.phones import read_phone, show_phone
from crm.web.forms import AtMost, BaseForm, Required, strip


class ContactForm(BaseForm):
    """Someone at a partner."""

    first_name = StringField(_l("Prénom"), filters=[strip], validators=[AtMost(80)])
    last_name = StringField(_l("Nom"), filters=[strip], validators=[Required(), AtMost(80)])
    function = StringField(_l("Fonction"), filters=[strip], validators=[AtMost(120)])
    role = SelectField(
        _l("Rôle"),
        description=_l("Le décideur ouvre la porte ; le contact opérationnel travaille avec nous."),
    )
    phone = TelField(_l("Téléphone"), filters=[strip], validators=[ReadBy(read_phone, show_phone)])
    email = EmailField(_l("Adresse e-mail"), filters=[strip], validators=[ReadBy(read_email)])
    is_main = BooleanField(_l("C'est notre contact principal"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            ("", gettext("Pas précisé")),
            *((r.value, gettext(r.label)) for r in ContactRole),
        ]

    def contact(self) -> ContactData:
        """The contact typed; only after `accepted()`."""
        return ContactData(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            function=self.function.data or "",
            role=ContactRole(self.role.data) if self.role.data else None,
            phone=read_phone(self.phone.data).value,
            email=self.email.data or None,
            is_main=bool(self.is_main.data),
        )


def contact_values(contact: Contact) -> dict[str, Any]:
    """A contact as the form shows it."""
    return {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "function": contact.function,
        "role": contact.role or "",
        "phone": show_phone(contact.phone),
        "email": contact.email or "",
        "is_main": contact.is_main,
    }
