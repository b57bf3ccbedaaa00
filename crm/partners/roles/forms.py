"""The form of a partner's roles: the dates of each, and one more."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, SelectField
from wtforms.validators import Optional, ValidationError

from crm.partners.enums import PartnerRoleKind
from crm.partners.models import PartnerRole
from crm.partners.roles.periods import Period
from crm.web.forms import BaseForm


class RolesForm(BaseForm):
    """One more role; `roles_form` adds the fields of those that are there."""

    rows: Sequence[PartnerRole] = ()

    role = SelectField(_l("Ajouter un rôle"))
    since = DateField(_l("Depuis le"), validators=[Optional()])
    until = DateField(_l("Jusqu'au"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(role.value, gettext(role.label)) for role in PartnerRoleKind]
        self.role.choices = [("", gettext("Choisissez")), *kinds]

    def validate_role(self, field: Field) -> None:
        """Dates without a role would be lost."""
        if not field.data and (self.since.data or self.until.data):
            raise ValidationError(gettext("Dites de quel rôle sont ces dates."))

    def fields_of(self, row: PartnerRole) -> tuple[Field, Field, Field]:
        """The beginning, the end and the removal of a role that is there."""
        return self[f"since_{row.id}"], self[f"until_{row.id}"], self[f"remove_{row.id}"]

    def periods(self) -> list[tuple[int | None, Period | None]]:
        """What was typed, as the services take it; only after `accepted()`."""
        typed: list[tuple[int | None, Period | None]] = []
        for row in self.rows:
            since, until, remove = (field.data for field in self.fields_of(row))
            typed.append((row.id, None if remove else Period(row.role, since, until)))
        if self.role.data:
            typed.append((None, Period(PartnerRoleKind(self.role.data), self.since.data, self.until.data)))
        return typed

    def removed(self) -> list[PartnerRole]:
        """The roles to be removed."""
        return [row for row in self.rows if self.fields_of(row)[2].data]


def roles_form(rows: Sequence[PartnerRole], version: int) -> RolesForm:
    """The form of these roles, opened or sent."""
    fields: dict[str, Any] = {"rows": tuple(rows)}
    values: dict[str, date | None] = {}
    for row in rows:
        fields[f"since_{row.id}"] = DateField(_l("Depuis le"), validators=[Optional()])
        fields[f"until_{row.id}"] = DateField(_l("Jusqu'au"), validators=[Optional()])
        fields[f"remove_{row.id}"] = BooleanField(_l("Retirer cette ligne"))
        values |= {f"since_{row.id}": row.since, f"until_{row.id}": row.until}
    form: type[RolesForm] = type("RolesForm", (RolesForm,), fields)
    return form.bind(values, version=version)
