"""The form of a partner. What is typed is read here by pure rules; nothing is looked up."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, EmailField, Field, SelectField, StringField, TelField
from wtforms.validators import Optional, ValidationError

from crm.accounts.queries import Colleague
from crm.partners.enums import FollowStage, PartnerKind, Willingness
from crm.partners.follow.services import FollowData
from crm.partners.identifiers import Identifier, read_siret, show_siret
from crm.partners.models import Follow, Partner
from crm.partners.online import read_email, read_website
from crm.partners.phones import read_phone, show_phone
from crm.partners.places import is_postal_code
from crm.partners.services import PartnerData
from crm.sentences import Sentence
from crm.web.forms import AtMost, BaseForm, Chosen, Required, strip

NOT_FOLLOWED = ""


class _Read(Protocol):
    @property
    def value(self) -> str | None: ...
    @property
    def error(self) -> Sentence | None: ...


def say(sentence: Sentence) -> str:
    """What a pure rule says, in the language of the screen."""
    return str(gettext(sentence.msgid, **sentence.values))


class ReadBy:
    """Reads a field by a pure rule: its sentence when it is unreadable, else the text as we write it."""

    def __init__(self, read: Callable[[str], _Read], show: Callable[[str], str] = str) -> None:
        self.read = read
        self.show = show

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """The validator of WTForms."""
        found = self.read(field.data or "")
        if found.error is not None:
            raise ValidationError(say(found.error))
        field.data = self.show(found.value) if found.value else ""


class PartnerForm(BaseForm):
    """Identity, and how the actor's structure follows it."""

    name = StringField(_l("Nom ou raison sociale"), filters=[strip], validators=[Required(), AtMost(200)])
    trade_name = StringField(_l("Enseigne"), filters=[strip], validators=[AtMost(200)])
    kind = SelectField(
        _l("Type de partenaire"),
        description=_l(
            "Les particuliers ne sont pas des partenaires : ils restent dans le logiciel de gestion des missions."
        ),
        validators=[Chosen(_l("Choisissez un type."))],
    )
    siret = StringField(
        "SIRET",
        filters=[strip],
        description=_l("14 chiffres ; un SIREN de 9 chiffres convient aussi."),
        validators=[AtMost(60), ReadBy(read_siret, show_siret)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    street = StringField(_l("Adresse"), filters=[strip], validators=[AtMost(200)])
    postal_code = StringField(
        _l("Code postal"), filters=[strip], validators=[AtMost(5)], render_kw={"inputmode": "numeric"}
    )
    city = StringField(_l("Ville"), filters=[strip], validators=[AtMost(100)])
    phone = TelField(_l("Téléphone"), filters=[strip], validators=[ReadBy(read_phone, show_phone)])
    email = EmailField(_l("Adresse e-mail"), filters=[strip], validators=[ReadBy(read_email)])
    website = StringField(
        _l("Site internet"),
        filters=[strip],
        validators=[ReadBy(read_website)],
        render_kw={"inputmode": "url", "autocapitalize": "off"},
    )
    sector = StringField(_l("Secteur d'activité"), filters=[strip], validators=[AtMost(200)])
    stage = SelectField(_l("Suivi"))
    paused_until = DateField(_l("En pause jusqu'au"), validators=[Optional()])
    willingness = SelectField(_l("Où en est ce partenaire ?"))
    owner = SelectField(_l("Responsable du suivi"))

    def __init__(
        self, *args: Any, people: Mapping[int, str] | None = None, is_followed: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose = ("", gettext("Choisissez"))
        self.kind.choices = [choose, *((kind.value, gettext(kind.label)) for kind in PartnerKind)]
        stages = [(stage.value, gettext(stage.label)) for stage in FollowStage]
        self.stage.choices = stages if is_followed else [(NOT_FOLLOWED, gettext("Pas suivi")), *stages]
        self.stage.flags.required = is_followed  # the screen says "facultatif" of the others
        self.willingness.choices = [
            ("", gettext("Pas encore dit")),
            *((one.value, gettext(one.label)) for one in Willingness),
        ]
        self.owner.choices = [
            ("", gettext("Personne")),
            *((str(key), name) for key, name in (people or {}).items()),
        ]

    def validate_postal_code(self, field: Field) -> None:
        """Five digits: La Poste has no others."""
        if field.data and not is_postal_code(field.data):
            raise ValidationError(gettext("Un code postal compte 5 chiffres."))

    @property
    def identifier(self) -> Identifier:
        """What was understood of the SIRET or SIREN."""
        return read_siret(self.siret.data)

    def mended(self) -> list[str]:
        """What was put right in a newly typed SIRET, to be told. Before `validate`, which rewrites it."""
        if self.base and self.base.get("siret") == self.siret.data:
            return []
        return [say(note) for note in self.identifier.notes]

    def identity(self) -> PartnerData:
        """The identity typed; only after `accepted()`."""
        return PartnerData(
            name=self.name.data or "",
            trade_name=self.trade_name.data or "",
            kind=PartnerKind(self.kind.data),
            siren=self.identifier.siren or "",
            siret=self.identifier.siret or "",
            street=self.street.data or "",
            postal_code=self.postal_code.data or "",
            city=self.city.data or "",
            phone=read_phone(self.phone.data).value,
            email=self.email.data or None,
            website=self.website.data or None,
            sector=self.sector.data or "",
        )

    def follow(self) -> FollowData | None:
        """How it is to be followed, None for not at all; only after `accepted()`."""
        if self.stage.data == NOT_FOLLOWED:
            return None
        return FollowData(
            stage=FollowStage(self.stage.data),
            owner_id=int(self.owner.data) if self.owner.data else None,
            willingness=Willingness(self.willingness.data) if self.willingness.data else None,
            paused_until=self.paused_until.data,
        )


def partner_values(partner: Partner, follow: Follow | None) -> dict[str, Any]:
    """A partner and its follow as the form shows them."""
    siret = partner.siret or partner.siren
    return {
        "name": partner.name,
        "trade_name": partner.trade_name,
        "kind": partner.kind.value,
        "siret": show_siret(siret) if siret else "",
        "street": partner.street,
        "postal_code": partner.postal_code,
        "city": partner.city,
        "phone": show_phone(partner.phone),
        "email": partner.email or "",
        "website": partner.website or "",
        "sector": partner.sector,
        "stage": follow.stage.value if follow else NOT_FOLLOWED,
        "paused_until": follow.paused_until if follow else None,
        "willingness": (follow.willingness or "") if follow else "",
        "owner": str(follow.owner_id or "") if follow else "",
    }


def people_to_choose(colleagues: Collection[Colleague], owner: tuple[int, str] | None) -> dict[int, str]:
    """Who may follow a partner: the colleagues, and whoever does today even if they have left."""
    people = {person.id: person.name for person in colleagues}
    if owner is not None:
        people.setdefault(*owner)
    return people
