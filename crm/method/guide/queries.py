"""Reads of the method's words: those of a structure, else the guide's."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.method.ageing import SILENT_AFTER
from crm.method.enums import FIRST_OF_PARTNERSHIP, LAST_STEP, ActionKind, LineSection, Proof, Weight
from crm.method.gates import strongest
from crm.method.guide.models import GateRule, MethodLine, MethodStep, MethodVersion, StepDelay


@dataclass(frozen=True, slots=True)
class Guide:
    """A version of the method: its steps by number, and its lines. Empty when nothing was loaded."""

    version: MethodVersion | None
    steps: dict[int, MethodStep]
    lines: Sequence[MethodLine]

    def of_step(self, number: int, section: LineSection) -> list[MethodLine]:
        """The lines of one section of a step, in order."""
        return [one for one in self.lines if one.step == number and one.section is section]

    def of_action(self, kind: ActionKind) -> list[MethodLine]:
        """The factors of success of a type of action."""
        return [one for one in self.lines if one.action_kind is kind]


def guide(session: Session, structure_id: int | None, *, original: bool = False) -> Guide:
    """The method as the structure words it today; the guide's own when it never did, or on demand. Three queries."""
    statement = select(MethodVersion).order_by(MethodVersion.structure_id.is_(None), MethodVersion.number.desc())
    if original:
        statement = statement.where(MethodVersion.structure_id.is_(None))
    else:
        statement = statement.where((MethodVersion.structure_id == structure_id) | MethodVersion.structure_id.is_(None))
    version = session.scalars(statement.limit(1)).one_or_none()
    if version is None:
        return Guide(None, {}, [])
    steps = session.scalars(select(MethodStep).where(MethodStep.version_id == version.id)).all()
    lines = session.scalars(
        select(MethodLine).where(MethodLine.version_id == version.id).order_by(MethodLine.position, MethodLine.id)
    ).all()
    return Guide(version, {one.number: one for one in steps}, lines)


def factors_of(session: Session, structure_id: int, kind: ActionKind) -> list[str]:
    """The factors of success of a type of action, as the structure words them."""
    return [one.wording for one in guide(session, structure_id).of_action(kind)]


@dataclass(frozen=True, slots=True)
class Rules:
    """What blocks and after how long, in a structure. `edition` grows whenever one changes."""

    weights: dict[Proof, Weight]
    delays: dict[int, int]
    edition: int


def rules(session: Session, structure_id: int) -> Rules:
    """What a structure wants, the usual for what it did not say. Two queries."""
    gates = session.scalars(select(GateRule).where(GateRule.structure_id == structure_id)).all()
    delays = session.scalars(select(StepDelay).where(StepDelay.structure_id == structure_id)).all()
    return Rules(
        strongest((one.proof, one.weight) for one in gates),
        dict.fromkeys(range(FIRST_OF_PARTNERSHIP, LAST_STEP + 1), SILENT_AFTER)
        | {one.step: one.days for one in delays},
        sum(one.version for one in gates) + sum(one.version for one in delays),
    )
