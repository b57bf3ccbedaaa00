"""The forms of the articles to copy and of the register of delegations."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from crm.conventions.delegations import read_kinds
from crm.conventions.enums import ConventionKind
from crm.conventions.models import ClauseTemplate, SigningDelegation
from crm.conventions.settings.services import DelegationData
from crm.conventions.writing.forms import LONGEST_ARTICLE
from crm.web.forms import AtMost, BaseForm, Chosen, Day, Required, strip


class TemplateForm(BaseForm):
    """An article to copy into new conventions."""

    kind = SelectField(_l("Pour quelles conventions"), default="")
    title = StringField(_l("Titre de l'article"), filters=[strip], validators=[Required(), AtMost(200)])
    text = TextAreaField(
        _l("Texte"), filters=[strip], validators=[Required(), AtMost(LONGEST_ARTICLE)], render_kw={"rows": 10}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", gettext("Toutes")), *((one.value, gettext(one.label)) for one in ConventionKind)]
        self.kind.flags.required = True  # "Toutes" is an answer

    @property
    def chosen(self) -> ConventionKind | None:
        """The kind, None for all."""
        return ConventionKind(self.kind.data) if self.kind.data else None


def template_values(template: ClauseTemplate) -> dict[str, Any]:
    """An article as the form shows it."""
    return {"kind": template.kind.value if template.kind else "", "title": template.title, "text": template.text}


class DelegationForm(BaseForm):
    """Who may sign for the structure, from when to when; no box ticked means every kind."""

    user = SelectField(_l("Qui peut signer"), validators=[Chosen()])
    starts_on = Day(_l("À partir du"), validators=[Required()])
    ends_on = Day(_l("Jusqu'au"), description=_l("Vide : sans limite."))
    act = StringField(
        _l("D'après quel acte"),
        filters=[strip],
        description=_l("Par exemple : délibération du conseil d'administration du 12/03/2026."),
        validators=[AtMost(300)],
    )

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user.choices = [(str(key), name) for key, name in people]

    @property
    def kind_fields(self) -> list[Any]:
        """The boxes, one for each kind."""
        return [self[f"kind_{kind.value}"] for kind in ConventionKind]

    def values(self) -> DelegationData:
        """What was typed; only after `accepted()`."""
        return DelegationData(
            user_id=int(self.user.data),
            starts_on=cast(date, self.starts_on.data),  # it is required
            ends_on=self.ends_on.data,
            kinds=[kind for kind in ConventionKind if self[f"kind_{kind.value}"].data],
            act=self.act.data or "",
        )


for _kind in ConventionKind:
    setattr(DelegationForm, f"kind_{_kind.value}", BooleanField(_l(_kind.label)))


def delegation_values(delegation: SigningDelegation) -> dict[str, Any]:
    """A delegation as the form shows it."""
    kinds = read_kinds(delegation.kinds)
    return {
        "user": str(delegation.user_id),
        "starts_on": delegation.starts_on,
        "ends_on": delegation.ends_on,
        "act": delegation.act,
        **{f"kind_{kind.value}": kind in kinds for kind in ConventionKind},
    }
