"""The form of a partner. What is typed is read here by pure rules; nothing is looked up."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from crm.accounts.queries import Colleague
from crm.partners.channel_lines import Channel, lines_of, read_email_lines, read_phone_lines, show_lines
from crm.partners.enums import AddressKind, ChannelKind, FollowStage, PartnerKind, PartnerRoleKind, Willingness
from crm.partners.follow.services import FollowData
from crm.partners.identifiers import Identifier, read_siret, show_siret
from crm.partners.identity.queries import Facts, Words, parent_shown
from crm.partners.identity.services import PostalAddress
from crm.partners.individuals import INDIVIDUAL, looks_like_a_person
from crm.partners.models import Follow, Partner
from crm.partners.online import read_email, read_website
from crm.partners.phones import read_phone, show_phone
from crm.partners.places import is_postal_code
from crm.partners.reference.enums import SizeClass
from crm.partners.services import PartnerData
from crm.sentences import Sentence
from crm.web.forms import AtMost, BaseForm, Between, Chosen, Required, strip

NOT_FOLLOWED = ""
#: Longer than any list that a person types.
_LONGEST_LIST = 4000
_LONGEST_NAME = 200
#: A year: nobody waits longer for a signature.
_LONGEST_SIGNING = 366


class _Refusable(Protocol):
    @property
    def error(self) -> Sentence | None: ...


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


class ReadLinesBy:
    """Refuses a box of lines that its rule cannot read, naming the line."""

    def __init__(self, read: Callable[[str], _Refusable]) -> None:
        self.read = read

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """The validator of WTForms."""
        error = self.read(field.data or "").error
        if error is not None:
            raise ValidationError(say(error))


def one_line_ends(value: object) -> object:
    """A box of lines as its page held it: browsers send other ends of lines."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def five_digits(_form: BaseForm, field: Field) -> None:
    """Five digits: La Poste has no others."""
    if field.data and not is_postal_code(field.data):
        raise ValidationError(gettext("Un code postal compte 5 chiffres."))


def _box(label: Any, help_text: Any, *validators: Any, **look: Any) -> TextAreaField:
    filters = [strip, one_line_ends]
    return TextAreaField(
        label, description=help_text, filters=filters, validators=[AtMost(_LONGEST_LIST), *validators], render_kw=look
    )


def _suggested(label: Any, help_text: Any, source: str) -> StringField:
    """A field that is typed in words; `source` names the list proposed below it (see suggest.js)."""
    look = {"autocomplete": "off", "data-suggest": source}
    return StringField(label, description=help_text, filters=[strip], validators=[AtMost(300)], render_kw=look)


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
        _l("Code postal"), filters=[strip], validators=[AtMost(5), five_digits], render_kw={"inputmode": "numeric"}
    )
    city = StringField(
        _l("Ville"),
        filters=[strip],
        validators=[AtMost(100)],
        render_kw={"data-suggest": "communes", "data-suggest-fills": "postal_code", "autocomplete": "off"},
    )
    phone = TelField(_l("Téléphone"), filters=[strip], validators=[ReadBy(read_phone, show_phone)])
    email = EmailField(_l("Adresse e-mail"), filters=[strip], validators=[ReadBy(read_email)])
    website = StringField(
        _l("Site internet"),
        filters=[strip],
        validators=[ReadBy(read_website)],
        render_kw={"inputmode": "url", "autocapitalize": "off"},
    )
    sector = StringField(_l("Secteur d'activité"), filters=[strip], validators=[AtMost(200)])
    is_professional = BooleanField(
        _l("C'est une entreprise qui porte le nom d'une personne"),
        description=_l("À cocher seulement si ce n'est pas un particulier."),
    )
    former_names = _box(_l("Anciens noms"), _l("Un par ligne : on le retrouvera aussi sous ces noms."), rows=2)
    other_phones = _box(
        _l("Autres téléphones"),
        _l("Un par ligne, suivi de ce que c'est : 01 99 00 12 34 standard."),
        ReadLinesBy(read_phone_lines),
        rows=2,
    )
    other_emails = _box(
        _l("Autres adresses e-mail"),
        _l("Une par ligne, suivie de ce que c'est : factures@exemple.test comptabilité."),
        ReadLinesBy(read_email_lines),
        rows=2,
    )
    post_street = StringField(_l("Adresse pour le courrier"), filters=[strip], validators=[AtMost(200)])
    post_postal_code = StringField(
        _l("Code postal du courrier"),
        filters=[strip],
        validators=[AtMost(5), five_digits],
        render_kw={"inputmode": "numeric"},
    )
    post_city = StringField(_l("Ville du courrier"), filters=[strip], validators=[AtMost(100)])
    invoice_street = StringField(_l("Adresse de facturation"), filters=[strip], validators=[AtMost(200)])
    invoice_postal_code = StringField(
        _l("Code postal de facturation"),
        filters=[strip],
        validators=[AtMost(5), five_digits],
        render_kw={"inputmode": "numeric"},
    )
    invoice_city = StringField(_l("Ville de facturation"), filters=[strip], validators=[AtMost(100)])
    legal_form = _suggested(
        _l("Forme juridique"), _l("Son code, ou des mots : « association », « SAS »."), "legal_forms"
    )
    registration_number = StringField(
        _l("Numéro d'immatriculation"),
        description=_l("RNA d'une association, RCS ou répertoire des métiers."),
        filters=[strip],
        validators=[AtMost(40)],
    )
    registered_on = DateField(_l("Immatriculé le"), validators=[Optional()])
    naf = _suggested(_l("Activité (code NAF)"), _l("Son code, ou des mots : « restauration »."), "naf")
    collective_agreement = StringField(_l("Convention collective"), filters=[strip], validators=[AtMost(200)])
    headcount_band = SelectField(_l("Effectif"))
    size = SelectField(_l("Taille"))
    trades = _box(
        _l("Métiers exercés (ROME)"),
        _l("Un par ligne : son code, ou des mots comme « aide de cuisine »."),
        rows=2,
        **{"data-suggest": "trades"},
    )
    has_clauses = BooleanField(_l("A des marchés avec clauses sociales"))
    is_csr_committed = BooleanField(_l("Engagé dans une démarche RSE"))
    signatory = StringField(
        _l("Qui signe ?"), description=_l("Un nom, ou une fonction."), filters=[strip], validators=[AtMost(200)]
    )
    signing_days = IntegerField(
        _l("Délai de signature, en jours"),
        validators=[
            Optional(),
            Between(0, _LONGEST_SIGNING, message=_l("Un nombre de jours, de %(min)s à %(max)s.")),
        ],
        render_kw={"min": 0, "max": _LONGEST_SIGNING},
    )
    parent = _suggested(
        _l("Fait partie de"),
        _l("L'entreprise ou le réseau au-dessus : le nom de sa fiche ici."),
        "partners",
    )
    role_client = BooleanField()
    role_host = BooleanField()
    role_prescriber = BooleanField()
    role_funder = BooleanField()
    role_donor = BooleanField()
    role_prime_contractor = BooleanField()
    role_clause_facilitator = BooleanField()
    role_cle_member = BooleanField()
    stage = SelectField(_l("Suivi"))
    paused_until = DateField(_l("En pause jusqu'au"), validators=[Optional()])
    willingness = SelectField(_l("Où en est ce partenaire ?"))
    owner = SelectField(_l("Responsable du suivi"))

    def __init__(
        self,
        *args: Any,
        people: Mapping[int, str] | None = None,
        bands: Mapping[str, str] | None = None,
        is_followed: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose = ("", gettext("Choisissez"))
        kinds = [(kind.value, gettext(kind.label)) for kind in PartnerKind]
        self.kind.choices = [choose, *kinds, (INDIVIDUAL, gettext("Particulier"))]
        self.headcount_band.choices = [("", gettext("Pas précisé")), *(bands or {}).items()]
        sizes = [(size.value, gettext(size.label)) for size in SizeClass]
        self.size.choices = [("", gettext("Selon l'effectif")), *sizes]
        for role, box in self.role_boxes():
            box.label.text = gettext(role.label)
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

    def role_boxes(self) -> list[tuple[PartnerRoleKind, Field]]:
        """What the partner is today: one box a role."""
        return [(role, self[f"role_{role.value}"]) for role in PartnerRoleKind]

    def validate_name(self, field: Field) -> None:
        """The name of a person is asked about: without a SIRET, it may be a private individual."""
        same = self.base is not None and self.base.get("name") == field.data
        if self.is_professional.data or same or self.identifier.value or not looks_like_a_person(field.data or ""):
            return
        raise ValidationError(
            gettext(
                "On dirait un particulier : il a sa place dans le logiciel de gestion des missions, pas ici. Si c'est "
                "une entreprise qui porte ce nom, cochez-le ci-dessous ou donnez son SIRET."
            )
        )

    def validate_kind(self, field: Field) -> None:
        """Private individuals are no partners; the choice is there to say so."""
        if field.data == INDIVIDUAL:
            raise ValidationError(
                gettext(
                    "Un particulier n'est pas un partenaire : enregistrez-le dans le logiciel de gestion des missions. "
                    "S'il travaille dans une entreprise, créez l'entreprise, puis ajoutez-le à ses contacts."
                )
            )

    def validate_former_names(self, field: Field) -> None:
        """Each line is a name."""
        if any(len(name) > _LONGEST_NAME for name in lines_of(field.data)):
            raise ValidationError(gettext("Trop long : %(max)d caractères au plus par nom.", max=_LONGEST_NAME))

    @property
    def asks_who_it_is(self) -> bool:
        """Whether the box that tells a company from a person is to be shown."""
        return bool(self.is_professional.data) or (bool(self.name.errors) and looks_like_a_person(self.name.data or ""))

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
            registration_number=self.registration_number.data or "",
            registered_on=self.registered_on.data,
            collective_agreement=self.collective_agreement.data or "",
            headcount_band=self.headcount_band.data or None,
            size=SizeClass(self.size.data) if self.size.data else None,
            has_clauses=bool(self.has_clauses.data),
            is_csr_committed=bool(self.is_csr_committed.data),
            signatory=self.signatory.data or "",
            signing_days=self.signing_days.data,
            former_names=lines_of(self.former_names.data),
            channels=(*read_phone_lines(self.other_phones.data).value, *read_email_lines(self.other_emails.data).value),
            addresses={
                AddressKind.POST: self._address("post"),
                AddressKind.INVOICE: self._address("invoice"),
            },
            roles=frozenset(role for role, box in self.role_boxes() if box.data),
        )

    def words(self) -> Words:
        """What is to be looked up; only after `accepted()`."""
        return Words(
            city=self.city.data or "",
            postal_code=self.postal_code.data or "",
            naf=self.naf.data or "",
            legal_form=self.legal_form.data or "",
            trades=lines_of(self.trades.data),
            parent=self.parent.data or "",
            headcount_band="" if self.size.data else self.headcount_band.data or "",
        )

    def _address(self, prefix: str) -> PostalAddress:
        names = (f"{prefix}_street", f"{prefix}_postal_code", f"{prefix}_city")
        return PostalAddress(*(self[name].data or "" for name in names))

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


def partner_values(partner: Partner, follow: Follow | None, facts: Facts, roles: Collection[str]) -> dict[str, Any]:
    """A partner (its lists loaded), the `roles` open today and its follow as the form shows them."""
    siret = partner.siret or partner.siren
    addresses = {
        f"{kind.value}_{name}": getattr(facts.addresses[kind], name) if kind in facts.addresses else ""
        for kind in AddressKind
        for name in ("street", "postal_code", "city")
    }
    channels = [Channel(one.kind, one.value, one.label) for one in partner.channels]
    plain = ("name", "trade_name", "street", "postal_code", "city", "sector", "registration_number", "registered_on")
    also = ("collective_agreement", "has_clauses", "is_csr_committed", "signatory", "signing_days")
    return {
        **{name: getattr(partner, name) for name in (*plain, *also)},
        **{f"role_{role}": True for role in roles},
        **addresses,
        "kind": partner.kind.value,
        "siret": show_siret(siret) if siret else "",
        "phone": show_phone(partner.phone),
        "email": partner.email or "",
        "website": partner.website or "",
        "former_names": "\n".join(one.name for one in partner.former_names),
        "other_phones": show_lines(channels, ChannelKind.PHONE),
        "other_emails": show_lines(channels, ChannelKind.EMAIL),
        "legal_form": facts.legal_form.shown if facts.legal_form else "",
        "naf": facts.naf.shown if facts.naf else "",
        "headcount_band": partner.headcount_band or "",
        "size": partner.size.value if partner.size else "",
        "trades": "\n".join(one.shown for one in facts.trades),
        "parent": parent_shown(facts.parent),
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
