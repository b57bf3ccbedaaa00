"""The forms of one's own account. What they do not declare cannot be posted."""

from datetime import time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import EmailField, Field, HiddenField, PasswordField
from wtforms.validators import EqualTo, ValidationError
from wtforms.widgets import TimeInput

from crm.accounts.own.digest_hour import read_hour
from crm.accounts.passwords import MAXIMUM, problems
from crm.web.forms import AtMost, BaseForm, Required, strip


class HourField(Field):
    """An hour of the day, or none. Reads what people type where the browser has no clock to offer."""

    widget = TimeInput()
    data: time | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted."""
        try:
            self.data = read_hour(valuelist[0]) if valuelist else None
        except ValueError as error:
            self.data = None
            raise ValueError(gettext("Une heure de la journée s'écrit 7:30 ou 7h30.")) from error


class DigestForm(BaseForm):
    """When the digest is wanted."""

    digest_at = HourField(
        _l("Heure du résumé par e-mail"),
        description=_l("Chaque jour travaillé, ce qui est à faire et en retard. Vide : aucun résumé."),
    )


def _password(label: Any, *validators: Any, completes: str) -> PasswordField:
    return PasswordField(
        label, validators=[Required(), AtMost(MAXIMUM), *validators], render_kw={"autocomplete": completes}
    )


class PasswordForm(BaseForm):
    """
    One's own password: the present one, and the new one twice. Names hold "password": no page gives them back.

    Validating looks at no hash: what is wrong here is not a try.
    """

    password = _password(_l("Mot de passe actuel"), completes="current-password")
    new_password = _password(_l("Nouveau mot de passe"), completes="new-password")
    new_password_again = _password(
        _l("Nouveau mot de passe, une seconde fois"),
        EqualTo("new_password", _l("Les deux ne sont pas pareils : écrivez deux fois le même.")),
        completes="new-password",
    )

    def validate_new_password(self, field: Field) -> None:
        """Say all that is to mend; what other structures ask is added by the services."""
        words = [current_user.name, current_user.structure_name]
        found = problems(field.data or "", guarded=current_user.must_have_totp, words=words)
        if found:
            raise ValidationError(" ".join(gettext(one.msgid, **one.values) for one in found))


class EmailForm(BaseForm):
    """A new e-mail address, and the password that shows who asks."""

    email = EmailField(
        _l("Nouvelle adresse e-mail"),
        filters=[strip],
        validators=[Required(), AtMost(254)],
        render_kw={"autocomplete": "email"},
    )
    password = _password(_l("Votre mot de passe"), completes="current-password")


class StructureForm(BaseForm):
    """The structure to go on with, by its public id."""

    structure = HiddenField(validators=[Required(), AtMost(22)])
