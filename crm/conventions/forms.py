"""The form of a convention, and those of what happens to it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField

from crm.conventions.enums import ConventionKind
from crm.conventions.models import Convention
from crm.conventions.writing.services import ConventionData
from crm.web.forms import AtMost, BaseForm, Between, Chosen, Day, Required, strip

LONGEST_PURPOSE = 10_000
LONGEST_REASON = 500
MOST_MONTHS = 600
MOST_EUROS = 2_000_000_000


class Whole(IntegerField):
    """A whole number, spaces allowed, or nothing; with a sentence of ours when it is none."""

    def __init__(self, label: Any, most: int, **kwargs: Any) -> None:
        sentence = _l("Un nombre entier de 0 à %(most)s.", most=most)
        checks = [Between(0, most, sentence)]
        super().__init__(label, validators=checks, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Nothing typed is no number, and no fault."""
        if self.data is None and not self.errors:
            self.validators = []

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed. Raises ValueError with the sentence."""
        typed = "".join(valuelist[0].split()) if valuelist else ""
        if not typed:
            self.data = None
            return
        if not typed.isascii() or not typed.isdigit() or len(typed) > 12:
            self.data = None
            raise ValueError(gettext("Un nombre entier, en chiffres."))
        self.data = int(typed)


class ConventionForm(BaseForm):
    """What is agreed on, until when. Only the kind and a title are needed to begin."""

    kind = SelectField(_l("Type de convention"), validators=[Chosen()])
    title = StringField(
        _l("Titre"),
        filters=[strip],
        description=_l("Ce qu'on lira dans les listes : « Accueil et recrutement 2027-2030 »."),
        validators=[Required(), AtMost(200)],
    )
    purpose = TextAreaField(
        _l("Objet"),
        filters=[strip],
        description=_l("Ce que les deux parties veulent faire ensemble."),
        validators=[AtMost(LONGEST_PURPOSE)],
        render_kw={"rows": 5},
    )
    starts_on = Day(_l("Début"))
    ends_on = Day(_l("Fin"), description=_l("Trois à quatre ans sont conseillés."))
    owner = SelectField(_l("Qui la suit"))
    tacit_months = Whole(
        _l("Reconduction tacite, en mois"), MOST_MONTHS, description=_l("Vide : elle s'arrête à sa fin.")
    )
    tacit_times = Whole(_l("Combien de fois"), 50, description=_l("Vide : sans limite."))
    notice_months = Whole(_l("Préavis, en mois"), MOST_MONTHS)
    amount_asked = Whole(_l("Montant demandé (euros)"), MOST_EUROS)
    amount_granted = Whole(_l("Montant accordé (euros)"), MOST_EUROS)

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(one.value, gettext(one.label)) for one in ConventionKind]
        self.owner.choices = [("", gettext("Personne")), *((str(key), name) for key, name in people)]
        self.kind.flags.required = True  # the screen says "facultatif" of the others

    def values(self) -> ConventionData:
        """What was typed; only after `accepted()`."""
        return ConventionData(
            kind=ConventionKind(self.kind.data),
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            tacit_months=self.tacit_months.data or 0,
            tacit_times=self.tacit_times.data,
            notice_months=self.notice_months.data or 0,
            amount_asked=self.amount_asked.data,
            amount_granted=self.amount_granted.data,
            owner_id=int(self.owner.data) if self.owner.data else None,
        )


def convention_values(convention: Convention) -> dict[str, Any]:
    """A convention as the form shows it."""
    return {
        "kind": convention.kind.value,
        "title": convention.title,
        "purpose": convention.purpose,
        "starts_on": convention.starts_on,
        "ends_on": convention.ends_on,
        "owner": str(convention.owner_id or ""),
        "tacit_months": convention.tacit_months or None,
        "tacit_times": convention.tacit_times,
        "notice_months": convention.notice_months or None,
        "amount_asked": convention.amount_asked,
        "amount_granted": convention.amount_granted,
    }


class TerminateForm(BaseForm):
    """From when on it has no effect any more, and why."""

    on = Day(_l("Prend effet le"), validators=[Required()])
    reason = TextAreaField(
        _l("Pour quelle raison ?"),
        filters=[strip],
        validators=[Required(), AtMost(LONGEST_REASON)],
        render_kw={"rows": 3},
    )


class DoneForm(BaseForm):
    """The day on which something was done: a signature, a promise, a report. Nothing takes it back."""

    on = Day(_l("Le"))
