"""Writes of the method's words, of what blocks, of delays."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, require
from crm.errors import Conflict, NotAllowed
from crm.method.ageing import SILENT_AFTER
from crm.method.enums import LineSection, Proof, Weight
from crm.method.guide.models import GateRule, MethodLine, MethodStep, MethodVersion, StepDelay
from crm.method.guide.original import Line, Step
from crm.method.guide.queries import Guide, Rules, guide, rules
from crm.partners.refusals import FieldRefused
from crm.wording import N_

STALE_SETTINGS = N_("Ces réglages ont été modifiés entre-temps.")


def is_news(session: Session, steps: Sequence[Step], lines: Sequence[Line]) -> bool:
    """Whether the guide's words are others than those there."""
    known = guide(session, None, original=True)
    there = [(one.step, one.action_kind, one.section, one.wording, one.guide_line) for one in known.lines]
    wanted = [(one.step, one.action, one.section, one.wording, one.guide_line) for one in lines]
    titles = {key: (one.title, one.phase) for key, one in known.steps.items()}
    return there != wanted or titles != {one.number: (one.title, one.phase) for one in steps}


def load_original(session: Session, steps: Sequence[Step], lines: Sequence[Line], *, now: datetime) -> None:
    """Write the guide's words as a new version; the former ones stay."""
    known = guide(session, None, original=True)
    number = known.version.number + 1 if known.version else 1
    version = MethodVersion(structure_id=None, number=number, created_at=now)
    session.add(version)
    session.flush()
    session.add_all(
        MethodStep(version_id=version.id, number=one.number, title=one.title, phase=one.phase) for one in steps
    )
    session.add_all(
        MethodLine(
            version_id=version.id,
            step=one.step,
            action_kind=one.action,
            section=one.section,
            position=position,
            wording=one.wording,
            guide_line=one.guide_line,
        )
        for position, one in enumerate(lines)
    )
    session.flush()


def reword(
    session: Session,
    step: int,
    title: str,
    sections: Mapping[LineSection, Sequence[str]],
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Let a structure say a step in its own words: a new version of its method, the others kept.

    `version` is the number of the one that the form was opened on. Raises Conflict, FieldRefused, NotAllowed.
    """
    require(actor, Permission.METHOD_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    known = guide(session, actor.structure_id)
    edition = edition_of(known)
    if version != edition:
        raise Conflict(STALE_SETTINGS, current=edition)
    if step not in known.steps:
        not_loaded = N_("Les mots du guide ne sont pas chargés : « passerelle prepare » les charge.")
        raise FieldRefused(not_loaded, field="title")
    number = session.scalar(
        select(func.max(MethodVersion.number)).where(MethodVersion.structure_id == actor.structure_id)
    )
    made = MethodVersion(
        structure_id=actor.structure_id, number=(number or 0) + 1, author_id=actor.user_id, created_at=now
    )
    session.add(made)
    session.flush()
    for one in known.steps.values():
        new = title if one.number == step else one.title
        session.add(MethodStep(version_id=made.id, number=one.number, title=new, phase=one.phase))
    kept = [
        (one.step, one.action_kind, one.section, one.wording, one.guide_line) for one in known.lines if one.step != step
    ]
    sources = {(one.section, one.wording): one.guide_line for one in known.lines if one.step == step}
    kept += [
        (step, None, section, wording, sources.get((section, wording)))
        for section, wordings in sections.items()
        for wording in wordings
    ]
    session.add_all(
        MethodLine(
            version_id=made.id,
            step=one[0],
            action_kind=one[1],
            section=one[2],
            position=position,
            wording=one[3],
            guide_line=one[4],
        )
        for position, one in enumerate(kept)
    )
    session.flush()


def edition_of(known: Guide) -> int:
    """One number that changes with the words in force: that of the version, the guide's own counted apart."""
    return known.version.id if known.version else 0


def choose(session: Session, wanted: Rules, *, actor: Actor) -> None:
    """Keep what blocks and the delays that a structure wants. Raises Conflict, NotAllowed."""
    require(actor, Permission.METHOD_EDIT)
    if actor.structure_id is None:
        raise NotAllowed
    known = rules(session, actor.structure_id)
    if wanted.edition != known.edition:
        raise Conflict(STALE_SETTINGS, current=known.edition)
    gates = {
        one.proof: one for one in session.scalars(select(GateRule).where(GateRule.structure_id == actor.structure_id))
    }
    for proof in Proof:
        weight = wanted.weights[proof]
        if proof in gates:
            gates[proof].weight = weight
        elif weight is not Weight.WARN:
            session.add(GateRule(structure_id=actor.structure_id, proof=proof, weight=weight))
    delays = {
        one.step: one for one in session.scalars(select(StepDelay).where(StepDelay.structure_id == actor.structure_id))
    }
    for step, days in wanted.delays.items():
        if step in delays:
            delays[step].days = days
        elif days != SILENT_AFTER:
            session.add(StepDelay(structure_id=actor.structure_id, step=step, days=days))
    session.flush()
