"""The forms of the administration."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, Field, FileField, SelectField, StringField
from wtforms.validators import ValidationError

from crm.access.policy import Role
from crm.accounts.administration import sirets
from crm.accounts.administration.offered_roles import OFFERED
from crm.accounts.administration.services.place import Days, Identity
from crm.accounts.enums import LegalKind
from crm.accounts.models import ClosingPeriod, Structure, Unit
from crm.accounts.own.role_words import ALLOWS
from crm.accounts.queries import Colleague
from crm.web.forms import AtMost, BaseForm, Chosen, Required, strip


def _role(role: Role) -> BooleanField:
    return BooleanField(_l(role.label), description=_l(ALLOWS[role]))


class RolesForm(BaseForm):
    """One box a role, so that two people who change different roles can be told apart."""

    role_dev = _role(Role.DEVELOPER)
    role_cip = _role(Role.COUNSELLOR)
    role_cmd = _role(Role.PLACEMENT)
    role_enc = _role(Role.SUPERVISOR)
    role_dir = _role(Role.DIRECTOR)
    role_ca = _role(Role.BOARD)
    role_adm = _role(Role.ADMIN)
    role_ben = _role(Role.VOLUNTEER)

    @property
    def role_fields(self) -> list[Field]:
        """The boxes, in the order of the screens."""
        return [self[f"role_{role.value}"] for role in OFFERED]

    def roles(self) -> list[Role]:
        """The roles ticked."""
        return [role for role in OFFERED if self[f"role_{role.value}"].data]


class InviteForm(RolesForm):
    """Somebody new."""

    first_name = StringField(
        _l("Prénom"), filters=[strip], validators=[Required(), AtMost(80)], render_kw={"autocomplete": "off"}
    )
    last_name = StringField(
        _l("Nom"), filters=[strip], validators=[Required(), AtMost(80)], render_kw={"autocomplete": "off"}
    )
    email = EmailField(
        _l("Adresse e-mail"),
        filters=[strip],
        description=_l("Elle servira d'identifiant. Une adresse personnelle par compte."),
        validators=[Required(), AtMost(254)],
        render_kw={"autocomplete": "off"},
    )


class LeaveForm(BaseForm):
    """Who takes over from somebody who leaves."""

    heir = SelectField(
        _l("Qui reprend ses choses à faire ?"), validators=[Chosen(_l("Choisissez qui reprend ses choses à faire."))]
    )

    def __init__(self, *args: Any, people: Collection[Colleague] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heir.choices = [("", gettext("Choisissez")), *((str(person.id), person.name) for person in people)]

    @property
    def heir_id(self) -> int:
        """The colleague chosen; 0 for nobody."""
        return int(self.heir.data or 0)


class _Siret:
    """Reads a SIRET: its sentence when it is wrong, else the number as we write it."""

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """The validator of WTForms."""
        found = sirets.read(field.data)
        if found.error is not None:
            raise ValidationError(gettext(found.error.msgid, **found.error.values))
        field.data = sirets.show(found.value)


class StructureForm(BaseForm):
    """What a structure is called and is in law."""

    name = StringField(_l("Nom"), filters=[strip], validators=[Required(), AtMost(200)])
    legal_kind = SelectField(
        _l("Nature juridique"),
        description=_l("Elle décide des règles des immersions : une EBE ou un GEIQ n'est pas une SIAE."),
        validators=[Chosen()],
    )
    siret = StringField(
        "SIRET",
        filters=[strip],
        description=_l("14 chiffres."),
        validators=[AtMost(40), _Siret()],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legal_kind.choices = [(kind.value, gettext(kind.label)) for kind in LegalKind]

    def identity(self) -> Identity:
        """What was typed; only after `accepted()`."""
        return Identity(
            name=self.name.data or "",
            legal_kind=LegalKind(self.legal_kind.data),
            siret=sirets.read(self.siret.data).value,
        )


class UnitForm(StructureForm):
    """A unit, and what it is part of."""

    parent = SelectField(_l("Fait partie de"))

    def __init__(self, *args: Any, parents: Mapping[int, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent.choices = [
            ("", gettext("La structure, directement")),
            *((str(key), name) for key, name in (parents or {}).items()),
        ]

    @property
    def parent_id(self) -> int | None:
        """The unit it is part of; only after `accepted()`."""
        return int(self.parent.data) if self.parent.data else None


class LogoForm(BaseForm):
    """A picture to upload: the file itself is read by the view."""

    logo = FileField(
        _l("Image"),
        description=_l("PNG ou JPEG, 1 Mo au plus."),
        validators=[Chosen()],
        render_kw={"accept": "image/png,image/jpeg"},
    )


class ClosingForm(BaseForm):
    """Days on which the structure is closed."""

    starts_on = DateField(_l("Premier jour de fermeture"), validators=[Required()])
    ends_on = DateField(_l("Dernier jour de fermeture"), validators=[Required()])
    label = StringField(
        _l("Motif"),
        filters=[strip],
        description=_l("Par exemple : congés d'été."),
        validators=[AtMost(100)],
    )

    def days(self) -> Days:
        """What was typed; only after `accepted()`."""
        assert self.starts_on.data is not None  # noqa: S101  required above
        assert self.ends_on.data is not None  # noqa: S101  required above
        return Days(starts_on=self.starts_on.data, ends_on=self.ends_on.data, label=self.label.data or "")


def roles_values(roles: Iterable[Role]) -> dict[str, Any]:
    """Roles as the form shows them."""
    held = set(roles)
    return {f"role_{role.value}": role in held for role in OFFERED}


def structure_values(row: Structure | Unit) -> dict[str, Any]:
    """A structure or a unit as the form shows it."""
    values: dict[str, Any] = {
        "name": row.name,
        "legal_kind": row.legal_kind.value,
        "siret": sirets.show(row.siret),
    }
    if isinstance(row, Unit):
        values["parent"] = str(row.parent_id or "")
    return values


def closing_values(period: ClosingPeriod) -> dict[str, Any]:
    """A closing period as the form shows it."""
    return {"starts_on": period.starts_on, "ends_on": period.ends_on, "label": period.label}
