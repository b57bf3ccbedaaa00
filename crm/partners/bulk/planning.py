"""What an action on many partners would change, and what it leaves out and why. Nothing is looked up here."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from crm.partners.enums import FollowStage
from crm.partners.listing.enums import BulkKind
from crm.wording import N_, Labelled

MOST = 2000  # partners of one action


class LeftOut(Labelled):
    """Why a partner is not changed."""

    NOT_FOLLOWED = "not_followed", N_("Votre structure ne les suit pas")
    ALREADY = "already", N_("Il n'y a rien à y changer")
    HELD = "held", N_("Une autre structure travaille aussi avec eux")


@dataclass(frozen=True, slots=True)
class Target:
    """A partner of the selection as it is now. `tags`: keys of its tags; `held`: another structure works with it."""

    partner_id: int
    name: str
    public_id: str = ""
    is_followed: bool = True
    owner_id: int | None = None
    stage: FollowStage = FollowStage.FOLLOWED
    paused_until: date | None = None
    tags: frozenset[str] = frozenset()
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for: `owner_id` (None for nobody), the key of a tag, or the last day of a pause."""

    kind: BulkKind
    owner_id: int | None = None
    tag: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Those to change, and those left out, by reason, each in the order of the selection."""

    changed: list[Target] = field(default_factory=list)
    left: dict[LeftOut, list[Target]] = field(default_factory=dict)


def plan(targets: Iterable[Target], order: Order) -> Plan:
    """Every target once: either changed or left out."""
    made = Plan()
    for target in targets:
        reason = _reason(target, order)
        if reason is None:
            made.changed.append(target)
        else:
            made.left.setdefault(reason, []).append(target)
    return made


def mark_of(made: Plan, order: Order) -> str:
    """Sixteen hexadecimal digits that change when what was announced is no longer what would be done."""
    parts = [order.kind.value, str(order.owner_id), order.tag, str(order.until)]
    parts += sorted(str(one.partner_id) for one in made.changed)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _reason(target: Target, order: Order) -> LeftOut | None:
    if order.kind is BulkKind.BIN:
        return LeftOut.HELD if target.held else None
    if not target.is_followed:
        return LeftOut.NOT_FOLLOWED
    same = {
        BulkKind.OWNER: target.owner_id == order.owner_id,
        BulkKind.TAG: order.tag in target.tags,
        BulkKind.UNTAG: order.tag not in target.tags,
        BulkKind.PAUSE: target.stage is FollowStage.PAUSED and target.paused_until == order.until,
    }
    return LeftOut.ALREADY if same[order.kind] else None
