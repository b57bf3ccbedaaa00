"""The forms of somebody met at a partner. What is typed is read here by pure rules; nothing is looked up."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, Field, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from crm.partners.channel_lines import Channel, Channels, read_email_lines, read_phone_lines, show_channel, show_lines
from crm.partners.contacts.services import ContactData, PostData
from crm.partners.enums import ChannelKind, ContactRole
from crm.partners.forms import ReadBy, say
from crm.partners.models import Contact
from crm.partners.online import read_email
from crm.partners.phones import read_phone, show_phone
from crm.reminders.services import LONGEST
from crm.web.forms import AtMost, BaseForm, Required, strip


class ReadLines:
    """Reads a box of lines by a pure rule: its sentence when a line is unreadable, else the lines as we write them."""

    def __init__(self, read: Callable[[str], Channels]) -> None:
        self.read = read

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """The validator of WTForms."""
        found = self.read(field.data or "")
        if found.error is not None:
            raise ValidationError(say(found.error))
        field.data = "\n".join(show_channel(channel) for channel in found.value)


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
    other_phones = TextAreaField(
        _l("Autres téléphones"),
        description=_l("Un par ligne ; après le numéro, dites lequel : « 01 99 00 12 34 atelier »."),
        filters=[strip],
        validators=[AtMost(2000), ReadLines(read_phone_lines)],
        render_kw={"rows": 2},
    )
    other_emails = TextAreaField(
        _l("Autres adresses e-mail"),
        description=_l("Une par ligne."),
        filters=[strip],
        validators=[AtMost(5000), ReadLines(read_email_lines)],
        render_kw={"rows": 2, "autocapitalize": "off"},
    )
    is_main = BooleanField(_l("C'est notre contact principal"))
    informed_on = DateField(
        _l("Informé·e le"),
        description=_l("Le jour où cette personne a su ce que nous gardons d'elle (RGPD, article 14)."),
        validators=[Optional()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = _roles()

    def contact(self) -> ContactData:
        """The contact typed; only after `accepted()`."""
        phones, emails = read_phone_lines(self.other_phones.data), read_email_lines(self.other_emails.data)
        return ContactData(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            function=self.function.data or "",
            role=ContactRole(self.role.data) if self.role.data else None,
            phone=read_phone(self.phone.data).value,
            email=self.email.data or None,
            channels=phones.value + emails.value,
            is_main=bool(self.is_main.data),
            informed_on=self.informed_on.data,
        )


class LeaveForm(BaseForm):
    """Somebody left: since when, who takes over, what is to be done about it."""

    left_on = DateField(_l("Parti·e le"), validators=[InputRequired(_l("Donnez une date."))])
    successor = SelectField(_l("Qui prend la suite ?"))
    take_over = StringField(
        _l("À faire pour la reprise"),
        description=_l("Ce sera dans vos choses à faire. Laissez vide pour ne rien prévoir."),
        filters=[strip],
        validators=[AtMost(LONGEST)],
    )
    due_on = DateField(_l("Pour le"), validators=[Optional()])

    def __init__(self, *args: Any, people: Iterable[Contact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.successor.choices = [
            ("", gettext("On ne sait pas encore")),
            *((one.public_id, one.full_name) for one in people),
        ]


class PostForm(BaseForm):
    """Another company where somebody works."""

    partner = StringField(
        _l("Entreprise"),
        description=_l("Son nom, tel qu'il est dans la liste des partenaires."),
        filters=[strip],
        validators=[Required(), AtMost(200)],
        render_kw={"autocomplete": "off"},
    )
    function = StringField(_l("Fonction dans cette entreprise"), filters=[strip], validators=[AtMost(120)])
    role = SelectField(_l("Rôle"))
    is_main = BooleanField(_l("C'est notre contact principal dans cette entreprise"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = _roles()

    def post(self) -> PostData:
        """The post typed; only after `accepted()`."""
        return PostData(
            function=self.function.data or "",
            role=ContactRole(self.role.data) if self.role.data else None,
            is_main=bool(self.is_main.data),
        )


def contact_values(contact: Contact) -> dict[str, Any]:
    """A contact, read with its channels, as the form shows it."""
    channels = [Channel(row.kind, row.value, row.label) for row in contact.channels]
    return {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "function": contact.function,
        "role": contact.role or "",
        "phone": show_phone(contact.phone),
        "email": contact.email or "",
        "other_phones": show_lines(channels, ChannelKind.PHONE),
        "other_emails": show_lines(channels, ChannelKind.EMAIL),
        "is_main": contact.is_main,
        "informed_on": contact.informed_on,
    }


def _roles() -> list[tuple[str, str]]:
    return [("", gettext("Pas précisé")), *((role.value, gettext(role.label)) for role in ContactRole)]
