"""Partners with all that may hang on them, and how to merge them, for the tests of merges."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from crm.access.policy import Actor
from crm.db import Base
from crm.dedupe.merging import queries, services
from crm.dedupe.merging.sides import proposed, remaining
from crm.partners.enums import AddressKind, ChannelKind, FollowStage, NeedKind, PartnerRoleKind, Priority
from crm.partners.models import (
    ContactChannel,
    ContactPost,
    FollowTag,
    Need,
    Partner,
    PartnerAddress,
    PartnerChannel,
    PartnerName,
    PartnerRole,
    PartnerTrade,
    Tag,
)
from tests.factories import THEN, Factory

#: Rows that are made anew from the partners: their identifiers mean nothing.
DERIVED = ("duplicate_keys", "partner_words", "duplicate_pairs", "contact_keys", "contact_pairs")
#: What says that a merge took place, and was undone.
TRACE = ("merges", "merged_records", "merge_proposals", "merge_answers")


def comparable(snapshot: dict[str, list[tuple[object, ...]]]) -> dict[str, list[Any]]:
    """
    Every table as an undo must give it back: versions only grow, so that a form opened in between is refused; rows
    that are made anew have other identifiers.
    """
    found: dict[str, list[Any]] = {}
    for name, rows in snapshot.items():
        if name in TRACE:
            continue
        left_out = {"version"} | ({"id"} if name in DERIVED else set())
        columns = [column.name for column in Base.metadata.tables[name].columns]
        kept = [place for place, column in enumerate(columns) if column not in left_out]
        shown = [tuple((columns[place], row[place]) for place in kept) for row in rows]
        found[name] = sorted(shown, key=repr) if name in DERIVED else shown
    return found


def merge_all(make: Factory, actor: Actor, partners: Sequence[Partner], now: datetime = THEN, **wanted: Any) -> str:
    """Merge these with what is proposed, but `wanted`; the public id of the merge."""
    ids = [one.public_id for one in partners]
    with make.transaction(actor, now) as session:
        sides = queries.sides(session, queries.chosen(session, ids, actor=actor), actor=actor)
        result = proposed(sides, remaining(sides)) | wanted
        done = services.merge(session, ids, result, seen=services.mark_of(sides), actor=actor, now=now)
        return done.public_id


def undo(make: Factory, actor: Actor, public_id: str, now: datetime = THEN) -> services.Undone:
    """Undo that merge."""
    with make.transaction(actor, now) as session:
        return services.undo(session, public_id, actor=actor, now=now)


def laden(make: Factory, name: str, user: Any, *, elsewhere: Any = None, **values: Any) -> Partner:
    """A partner on which one row of every kind hangs."""
    partner = make.partner(name, **values)
    make.add(PartnerName(partner_id=partner.id, name="Ancien nom"))
    make.add(PartnerChannel(partner_id=partner.id, kind=ChannelKind.PHONE, value="+33199001299", label="standard"))
    make.add(PartnerAddress(partner_id=partner.id, kind=AddressKind.POST, street=f"BP {partner.id}", city="Antony"))
    make.add(PartnerRole(partner_id=partner.id, role=PartnerRoleKind.CLIENT))
    make.add(PartnerTrade(partner_id=partner.id, rome_code="D1104"))
    follow = make.follow(partner, owner_id=user.id, stage=FollowStage.POOL, priority=Priority.LOW)
    tag = make.add(Tag(structure_id=make.home.id, name=f"mot {partner.id}", key=f"mot {partner.id}", created_at=THEN))
    make.add(FollowTag(follow_id=follow.id, tag_id=tag.id))
    contact = make.contact(partner, is_main=True, email=f"contact{partner.id}@exemple.test")
    make.add(ContactChannel(contact_id=contact.id, kind=ChannelKind.PHONE, value="+33639980099"))
    if elsewhere is not None:
        make.add(ContactPost(contact_id=contact.id, partner_id=elsewhere.id, function="Présidente"))
        make.add(ContactPost(contact_id=make.contact(elsewhere).id, partner_id=partner.id))
    visit = make.interaction(partner, user, contact_id=contact.id)
    make.document(visit)
    make.todo(partner, user, due_on=date(2026, 12, 1))
    need = Need(structure_id=make.home.id, partner_id=partner.id, kind=NeedKind.HR, wording="Un vendeur")
    need.created_at = THEN
    make.add(need)
    make.partner(f"Filiale de {name}", parent_id=partner.id, city="Sceaux")
    return partner


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """What is not the same, in words short enough to read."""
    found = []
    for name in before:
        here, there = set(before[name]), set(after[name])
        found += [
            f"{name} {sorted(set(a) - set(b), key=repr)} → {sorted(set(b) - set(a), key=repr)}"
            for a, b in zip(sorted(here - there, key=repr), sorted(there - here, key=repr), strict=False)
        ]
        if len(before[name]) != len(after[name]):
            found.append(f"{name}: {len(before[name])} rows → {len(after[name])}")
    return found
