"""The forms of the pages that a link opens, and of the page that asks for one."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, ValidationError

from crm.accounts.administration import sirets
from crm.accounts.enums import LegalKind
from crm.accounts.links.typed import LONGEST_EMAIL, LONGEST_NAME
from crm.accounts.passwords import GUARDED_MINIMUM, MAXIMUM, MINIMUM
from crm.accounts.services import WeakPassword
from crm.web.forms import AtMost, BaseForm, Chosen, Required, strip


class ForgottenForm(BaseForm):
    """The address of an account, or of none: the answer is the same."""

    email = EmailField(
        _l("Adresse e-mail"),
        filters=[strip],
        validators=[Required(), AtMost(LONGEST_EMAIL)],
        render_kw={"autocomplete": "username"},
    )


def _password(label: str, *validators: Any) -> PasswordField:
    return PasswordField(
        label, validators=[Required(), AtMost(MAXIMUM), *validators], render_kw={"autocomplete": "new-password"}
    )


def _same() -> EqualTo:
    return EqualTo("password", _l("Les deux ne sont pas pareils : écrivez deux fois le même."))


class _PasswordTwice(BaseForm):
    """What the forms with a new password share. Fields' names hold "password": pages never give them back."""

    password: PasswordField

    def ask_for(self, *, guarded: bool) -> None:
        """Say how long the password is to be. `guarded`: for an account that opens others."""
        self.password.description = gettext(
            "%(minimum)d caractères au moins : quatre ou cinq mots au hasard font un bon mot de passe.",
            minimum=GUARDED_MINIMUM if guarded else MINIMUM,
        )

    def refuse_password(self, refusal: WeakPassword) -> None:
        """Say beside the field all that is to mend."""
        sentences = [gettext(problem.msgid, **problem.values) for problem in refusal.problems]
        self.password.errors = [*self.password.errors, *sentences]


class NewPasswordForm(_PasswordTwice):
    """A new password, twice."""

    password = _password(_l("Nouveau mot de passe"))
    password_again = _password(_l("Le même, une seconde fois"), _same())


class AddressForm(BaseForm):
    """The new address, typed again: what a program that follows links does not do."""

    email = EmailField(
        _l("Recopiez la nouvelle adresse"),
        filters=[strip],
        validators=[Required(), AtMost(LONGEST_EMAIL)],
        render_kw={"autocomplete": "off"},
    )


class FirstAccountForm(_PasswordTwice):
    """The structure and its first director, in the order of the page: errors are listed in that order."""

    structure = StringField(_l("Nom de la structure"), filters=[strip], validators=[Required(), AtMost(200)])
    legal_kind = SelectField(_l("Nature juridique"), validators=[Chosen()])
    siret = StringField(
        _l("SIRET"),
        filters=[strip],
        description=_l("14 chiffres ; vous pourrez l'ajouter plus tard."),
        validators=[AtMost(40)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    first_name = StringField(
        _l("Prénom"),
        filters=[strip],
        validators=[Required(), AtMost(LONGEST_NAME)],
        render_kw={"autocomplete": "given-name"},
    )
    last_name = StringField(
        _l("Nom"),
        filters=[strip],
        validators=[Required(), AtMost(LONGEST_NAME)],
        render_kw={"autocomplete": "family-name"},
    )
    email = EmailField(
        _l("Adresse e-mail"),
        filters=[strip],
        description=_l("Elle servira d'identifiant."),
        validators=[Required(), AtMost(LONGEST_EMAIL)],
        render_kw={"autocomplete": "username"},
    )
    password = _password(_l("Mot de passe"))
    password_again = _password(_l("Le même, une seconde fois"), _same())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.legal_kind.choices = [("", gettext("Choisir…"))] + [
            (kind.value, gettext(kind.label)) for kind in LegalKind
        ]

    def validate_siret(self, field: StringField) -> None:
        """Refuse a SIRET that cannot exist."""
        error = sirets.read(field.data).error
        if error is not None:
            raise ValidationError(gettext(error.msgid, **error.values))
