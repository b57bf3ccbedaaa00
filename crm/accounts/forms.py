"""The forms of sign-in and language."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs of WTForms

from crm.web.forms import AtMost, BaseForm, Required, strip


class SignInForm(BaseForm):
    """E-mail and password. Long values are refused before they reach the hash."""

    email = EmailField(
        _l("Adresse e-mail"),
        filters=[strip],
        validators=[Required(), AtMost(254)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Mot de passe"),
        validators=[Required(), AtMost(256)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField(default="")


class CodeForm(BaseForm):
    """The six digits of the telephone, or a recovery code."""

    code = StringField(
        _l("Code"),
        description=_l("Les six chiffres que montre votre téléphone, ou l'un de vos codes de secours."),
        filters=[strip],
        validators=[Required(), AtMost(40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class PasswordAgainForm(BaseForm):
    """One's own password, asked again."""

    password = PasswordField(
        _l("Votre mot de passe"),
        validators=[Required(), AtMost(256)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField(default="")


class LanguageForm(BaseForm):
    """The language of the screens."""

    language = RadioField(_l("Langue"), choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")])
    next = HiddenField(default="")
