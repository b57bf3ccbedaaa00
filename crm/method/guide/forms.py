"""The forms of the method's settings: what blocks and after how long, and the words of a step."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from crm.method.enums import STEP_NAMES, LineSection, Proof, Weight
from crm.method.forms import options, text
from crm.method.guide.queries import Guide, Rules
from crm.web.forms import AtMost, BaseForm, Between, strip

_LONGEST_LINE = 300
#: What a step is made of, in the order of its form; factors of success belong to types of actions.
SECTIONS = tuple(section for section in LineSection if section is not LineSection.FACTOR)


class _RulesForm(BaseForm):
    """One choice a proof, one delay a step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for proof in Proof:
            field: Any = self[f"proof_{proof.value}"]
            field.choices = options(Weight)
            field.flags.required = True

    def rules(self) -> Rules:
        """What was typed; only after `accepted()`."""
        return Rules(
            {proof: Weight(self[f"proof_{proof.value}"].data) for proof in Proof},
            {int(one.name.removeprefix("days_")): one.data for one in self if one.name.startswith("days_")},
            self.version or 0,
        )


def rules_form(known: Rules) -> type[_RulesForm]:
    """The class of the form, with a field for each proof and each step."""
    fields: dict[str, Any] = {}
    for proof in Proof:
        fields[f"proof_{proof.value}"] = SelectField(gettext(proof.label))
    sentence = _l("Un nombre entier de %(min)s à %(max)s.", min=1, max=400)
    for step in known.delays:
        label = f"{step} · {gettext(STEP_NAMES[step])}"
        checks = [InputRequired(sentence), Between(1, 400, sentence)]
        fields[f"days_{step}"] = IntegerField(label, validators=checks, render_kw={"inputmode": "numeric"})
    return type("RulesForm", (_RulesForm,), fields)


def rules_values(known: Rules) -> dict[str, Any]:
    """What holds, as the form shows it."""
    values: dict[str, Any] = {f"proof_{proof.value}": weight.value for proof, weight in known.weights.items()}
    return values | {f"days_{step}": days for step, days in known.delays.items()}


def _short_lines(_form: Any, field: Field) -> None:
    if any(len(line.strip()) > _LONGEST_LINE for line in (field.data or "").splitlines()):
        raise ValidationError(gettext("Une ligne est trop longue : 300 caractères au plus."))


class _WordsForm(BaseForm):
    """The words of one step: its title, and each section a line after the other."""

    title = text(_l("Titre de l'étape"), 200, required=True)

    def sections(self) -> dict[LineSection, list[str]]:
        """What was typed, by section; only after `accepted()`."""
        return {
            section: list(
                dict.fromkeys(line.strip() for line in (self[section.value].data or "").splitlines() if line.strip())
            )
            for section in SECTIONS
        }


def words_form() -> type[_WordsForm]:
    """The class of the form, with a text for each section."""
    fields: dict[str, Any] = {}
    for section in SECTIONS:
        fields[section.value] = TextAreaField(
            gettext(section.label),
            filters=[strip],
            validators=[AtMost(8000), _short_lines],
            description=_l("Une ligne chacun."),
            render_kw={"rows": 4},
        )
    return type("WordsForm", (_WordsForm,), fields)


def words_values(known: Guide, step: int) -> dict[str, Any]:
    """A step as the form shows it."""
    values: dict[str, Any] = {"title": known.steps[step].title if step in known.steps else ""}
    for section in SECTIONS:
        values[section.value] = "\n".join(one.wording for one in known.of_step(step, section))
    return values
