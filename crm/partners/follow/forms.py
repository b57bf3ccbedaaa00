"""The form of the way a structure follows a partner."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from crm.partners.enums import FollowStage, Priority, Willingness
from crm.partners.follow.services import FollowData, FollowDetails
from crm.partners.forms import say
from crm.partners.models import Follow
from crm.partners.tags.names import read_tags, written
from crm.web.forms import AtMost, BaseForm, strip

MOST_REQUESTS = 99


class FollowForm(BaseForm):
    """
    Who follows, how closely, until when. `ticked`: known tags to add to those typed.

    Tags are one text: what two editors change is then compared as any other field.
    """

    stage = SelectField(_l("Suivi"))
    paused_until = DateField(_l("En pause jusqu'au"), validators=[Optional()])
    owner = SelectField(_l("Responsable du suivi"))
    willingness = SelectField(_l("Où en est ce partenaire ?"))
    priority = SelectField(_l("Priorité"))
    tags = StringField(
        _l("Étiquettes"),
        filters=[strip],
        description=_l("Séparées par des virgules : boulangerie, club d'entreprises."),
        validators=[AtMost(2000)],
        render_kw={"autocapitalize": "off"},
    )
    source = StringField(
        _l("Origine"),
        filters=[strip],
        description=_l("Comment ce partenaire est-il arrivé chez vous ? Salon, fichier, recommandation."),
        validators=[AtMost(200)],
    )
    do_not_solicit = BooleanField(_l("Ne plus solliciter ce partenaire"))
    reason = StringField(_l("Pour quelle raison ?"), filters=[strip], validators=[AtMost(200)])
    threshold = StringField(
        _l("Demandes par trimestre, au plus"),
        filters=[strip],
        description=_l("Vide : le seuil de votre structure."),
        validators=[AtMost(20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def __init__(
        self, *args: Any, people: Mapping[int, str] | None = None, ticked: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stage.choices = [(one.value, gettext(one.label)) for one in FollowStage]
        self.willingness.choices = [
            ("", gettext("Pas encore dit")),
            *((one.value, gettext(one.label)) for one in Willingness),
        ]
        self.priority.choices = [(one.value, gettext(one.label)) for one in Priority]
        self.owner.choices = [
            ("", gettext("Personne")),
            *((str(key), name) for key, name in (people or {}).items()),
        ]
        for field in (self.stage, self.priority):
            field.flags.required = True  # the screen says "facultatif" of the others
        if added := [name for one in ticked if (name := str(strip(one)))]:
            self.tags.data = written([*([self.tags.data] if self.tags.data else []), *added])

    def validate_tags(self, field: Field) -> None:
        """Names that a tag may bear."""
        found = read_tags(field.data or "")
        if found.error is not None:
            raise ValidationError(say(found.error))

    def validate_threshold(self, field: Field) -> None:
        """A whole number, or nothing."""
        text = field.data or ""
        if text and not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_REQUESTS):
            raise ValidationError(gettext("Un nombre entier de 1 à %(most)s, ou rien.", most=MOST_REQUESTS))

    def follow(self) -> FollowData:
        """What was typed; only after `accepted()`."""
        return FollowData(
            stage=FollowStage(self.stage.data),
            owner_id=int(self.owner.data) if self.owner.data else None,
            willingness=Willingness(self.willingness.data) if self.willingness.data else None,
            paused_until=self.paused_until.data,
            source=self.source.data or "",
            details=FollowDetails(
                priority=Priority(self.priority.data),
                do_not_solicit=bool(self.do_not_solicit.data),
                reason=self.reason.data or "",
                threshold=int(self.threshold.data) if self.threshold.data else None,
                tags=read_tags(self.tags.data or "").names,
            ),
        )


def follow_values(follow: Follow, tags: Iterable[str]) -> dict[str, Any]:
    """A follow as the form shows it."""
    return {
        "stage": follow.stage.value,
        "paused_until": follow.paused_until,
        "owner": str(follow.owner_id or ""),
        "willingness": follow.willingness or "",
        "priority": follow.priority.value,
        "tags": written(tags),
        "source": follow.source,
        "do_not_solicit": follow.do_not_solicit,
        "reason": follow.do_not_solicit_reason,
        "threshold": str(follow.solicitation_threshold or ""),
    }


def first_values(user_id: int | None) -> dict[str, Any]:
    """What the form offers to who begins to follow."""
    return {
        "stage": FollowStage.FOLLOWED.value,
        "owner": str(user_id or ""),
        "willingness": "",
        "priority": Priority.NORMAL.value,
    }
