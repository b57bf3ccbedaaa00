"""Partners become one, and back: nothing is lost, nothing is in between."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.access.policy import Role
from crm.audit.models import AuditEvent
from crm.db import Base
from crm.dedupe.merging import conflicts, queries, services
from crm.dedupe.merging import merge as engine
from crm.dedupe.merging.models import Merge, MergedRecord
from crm.dedupe.merging.refusals import AlreadyMerged, CannotUndo, InTheBin, NotEnough, SidesChanged
from crm.dedupe.merging.sides import proposed, remaining
from crm.errors import NotAllowed, NotFound
from crm.interactions.models import Interaction
from crm.partners.enums import FollowStage
from crm.partners.models import Contact, Follow, FollowTag, Partner, PartnerChannel, PartnerName
from tests.dedupe.merging_help import comparable, differences, laden, merge_all, undo
from tests.factories import THEN

LATER = THEN + timedelta(days=3)


@pytest.fixture
def actor(make):
    """A development manager."""
    return make.actor(make.user())


def test_all_that_hangs_on_them_follows(make, session, actor):
    user = make.user()
    first = laden(make, "Atelier Vasseur", user, siret="73282932000074", siren="732829320")
    second = laden(make, "ATELIER VASSEUR SARL", user, phone="+33199001201", email="accueil@exemple.test")
    make.interaction(first, user)
    merge_all(make, actor, [second, first])
    kept, gone = session.get(Partner, first.id), session.get(Partner, second.id)
    assert gone.merged_into_id == kept.id
    assert kept.merged_into_id is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Interaction).filter_by(partner_id=first.id)) == 3
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact).filter_by(partner_id=first.id)) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact).filter_by(is_main=True)) == 1
    names = set(session.scalars(sa.select(PartnerName.name).filter_by(partner_id=first.id)))
    assert names == {"Ancien nom", "ATELIER VASSEUR SARL"}
    assert kept.phone == "+33199001201"
    assert kept.siret == "73282932000074"
    assert session.scalars(sa.select(Partner.parent_id).where(Partner.parent_id.is_not(None))).all() == [first.id] * 2
    follow = session.scalars(sa.select(Follow).filter_by(partner_id=first.id)).one()
    assert session.scalar(sa.select(sa.func.count()).select_from(FollowTag).filter_by(follow_id=follow.id)) == 2
    acts = session.scalars(sa.select(AuditEvent.action).where(AuditEvent.action == "merge")).all()
    assert len(acts) == 2


def test_two_phones_are_united(make, session, actor):
    first = make.partner("Atelier", phone="+33199001201")
    second = make.partner("Atelier du Parc", phone="+33199001202")
    merge_all(make, actor, [first, second])
    assert session.get(Partner, first.id).phone == "+33199001201"
    assert session.scalars(sa.select(PartnerChannel.value).filter_by(partner_id=first.id)).all() == ["+33199001202"]


def test_undo_gives_every_table_back(make, snapshot, actor):
    user = make.user()
    other = make.partner("Une autre", city="Massy")
    first = laden(make, "Atelier Vasseur", user, elsewhere=other, siret="73282932000074", siren="732829320")
    second = laden(make, "ATELIER VASSEUR SARL", user, elsewhere=other, phone="+33199001201")
    third = laden(make, "Atelier Vassort", user, elsewhere=first, street="3 rue des Lilas")
    make.follow(third, structure=make.structure(), stage=FollowStage.POOL)
    before = comparable(snapshot())
    merged = merge_all(make, actor, [first, second, third], trade_name="Chez Vasseur")
    assert comparable(snapshot()) != before
    undone = undo(make, actor, merged, LATER)
    assert (undone.rows, undone.fields) == ((), ())
    assert differences(before, comparable(snapshot())) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_merge_then_undo_is_the_identity(data, make, snapshot, app, database):
    """Whatever they hold, in whatever order they are chosen."""
    with app.app_context():
        database.empty()
    make._structure = None
    user = make.user()
    someone = make.actor(user)
    texts = st.sampled_from(["", "Atelier Vasseur", "Chez Vasseur"])
    phones = st.sampled_from([None, "+33199001201", "+33199001202"])
    partners = []
    for place in range(data.draw(st.integers(2, 4))):
        values = {"phone": data.draw(phones), "trade_name": data.draw(texts), "has_clauses": data.draw(st.booleans())}
        if data.draw(st.booleans()):
            values["street"] = f"{place} rue des Lilas"
        if partners and data.draw(st.booleans()):
            values["parent_id"] = data.draw(st.sampled_from(partners)).id
        name = data.draw(st.sampled_from(["Atelier Vasseur", "Atelier Vasseur SARL"]))
        elsewhere = data.draw(st.sampled_from([None, *partners]))
        partners.append(laden(make, name, user, elsewhere=elsewhere, **values))
    before = comparable(snapshot())
    ids = data.draw(st.permutations(partners))
    undone = undo(make, someone, merge_all(make, someone, ids), LATER)
    assert (undone.rows, undone.fields) == ((), ())
    assert differences(before, comparable(snapshot())) == []


def test_what_was_changed_since_stays_and_is_told(make, session, actor):
    user = make.user()
    first = laden(make, "Atelier Vasseur", user)
    second = laden(make, "Atelier Vasseur SARL", user)
    make.interaction(first, user)
    told = session.scalars(sa.select(Interaction.id).filter_by(partner_id=second.id)).one()
    merged = merge_all(make, actor, [first, second], city="Sceaux")
    with make.transaction(actor, THEN + timedelta(days=1)) as writing:
        writing.get(Interaction, told).report = "Autre chose."
        writing.get(Partner, first.id).city = "Massy"
    undone = undo(make, actor, merged, LATER)
    assert [(one.table, one.row, one.why) for one in undone.rows] == [("interactions", told, "changed")]
    assert undone.fields == ("city",)
    assert session.get(Interaction, told).partner_id == first.id
    assert session.get(Partner, first.id).city == "Massy"
    assert session.get(Partner, second.id).binned_at is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact).filter_by(partner_id=second.id)) == 1


def test_a_row_deleted_since_is_told(make, session, actor):
    user = make.user()
    first, second = laden(make, "Atelier Vasseur", user), laden(make, "Atelier Vasseur SARL", user)
    contact = session.scalars(sa.select(Contact.id).filter_by(partner_id=second.id)).one()
    merged = merge_all(make, actor, [first, second])
    with make.transaction(actor, LATER) as writing:
        writing.delete(writing.get(Contact, contact))
    assert ("contacts", contact, "gone") in [
        (one.table, one.row, one.why) for one in undo(make, actor, merged, LATER).rows
    ]


def test_another_siret_holder_stops_the_undo(make, snapshot, actor):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL", siret="73282932000074", siren="732829320")
    make.interaction(first, make.user())
    merged = merge_all(make, actor, [first, second], siret="")
    make.partner("Nouvelle", siret="73282932000074")
    before = snapshot()
    with pytest.raises(CannotUndo, match="Nouvelle"):
        undo(make, actor, merged, LATER)
    assert snapshot() == before


def test_out_of_order_is_refused(make, snapshot, actor):
    first, second, third = make.partner("Atelier"), make.partner("Atelier SARL"), make.partner("Ateliers")
    make.interaction(first, make.user())
    earlier = merge_all(make, actor, [first, second])
    later = merge_all(make, actor, [first, third])
    before = snapshot()
    with pytest.raises(CannotUndo, match="la plus récente"):
        undo(make, actor, earlier, LATER)
    assert snapshot() == before
    undo(make, actor, later, LATER)
    undo(make, actor, earlier, LATER)
    with pytest.raises(CannotUndo, match="déjà annulée"):
        undo(make, actor, earlier, LATER)


def test_ninety_days_then_never(make, actor):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL")
    merged = merge_all(make, actor, [first, second])
    with pytest.raises(CannotUndo, match="90 jours"):
        undo(make, actor, merged, THEN + timedelta(days=90))
    undo(make, actor, merged, THEN + timedelta(days=89, hours=23))


def test_merging_what_was_merged_is_refused(make, snapshot, actor):
    first, second, third = make.partner("Atelier"), make.partner("Atelier SARL"), make.partner("Ateliers")
    merge_all(make, actor, [first, second])
    before = snapshot()
    with pytest.raises(AlreadyMerged, match="Atelier SARL"):
        merge_all(make, actor, [second, third])
    assert snapshot() == before


def test_one_in_the_bin_one_unknown_one_alone(make, actor):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL", binned_at=THEN)
    with pytest.raises(InTheBin):
        merge_all(make, actor, [first, second])
    with pytest.raises(NotEnough):
        merge_all(make, actor, [first, first])
    with make.transaction(actor) as reading, pytest.raises(NotFound):
        queries.chosen(reading, [first.public_id, "x" * 22], actor=actor)


def test_a_record_changed_meanwhile_is_shown_again(make, snapshot, actor):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL")
    ids = [first.public_id, second.public_id]
    with make.transaction(actor) as reading:
        sides = queries.sides(reading, queries.chosen(reading, ids, actor=actor), actor=actor)
    with make.transaction(actor) as writing:
        writing.get(Partner, second.id).city = "Massy"
    before = snapshot()
    result = proposed(sides, remaining(sides))
    with make.transaction(actor) as writing, pytest.raises(SidesChanged):
        services.merge(writing, ids, result, seen=services.mark_of(sides), actor=actor, now=THEN)
    assert snapshot() == before


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.PLACEMENT, Role.SUPERVISOR, Role.VOLUNTEER, Role.ADMIN])
def test_others_do_not_merge(make, snapshot, role):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL")
    someone = make.actor(make.user(roles=[role]), roles=[role])
    before = snapshot()
    with pytest.raises(NotAllowed):
        merge_all(make, someone, [first, second])
    assert snapshot() == before


def test_ones_own_merges_and_those_of_the_structure(make, actor):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL")
    merged = merge_all(make, actor, [first, second])
    with pytest.raises(CannotUndo, match="Seule la personne"):
        undo(make, make.actor(make.user()), merged)
    there = make.structure()
    with pytest.raises(NotFound):
        undo(make, make.actor(make.user(structure=there), structure=there), merged)
    director = make.actor(make.user(roles=[Role.DIRECTOR]), roles=[Role.DIRECTOR])
    undo(make, director, merged)


def test_a_purged_survivor_takes_what_was_merged_with_it(make, session, actor):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL")
    make.interaction(first, make.user())
    merge_all(make, actor, [first, second])
    with make.transaction(actor) as writing:
        writing.delete(writing.get(Partner, first.id))
    assert session.get(Partner, second.id) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(MergedRecord)) == 0


def test_every_thing_that_follows_has_its_words(app):
    """A new table that follows a merged partner says in words what its rows are."""
    moving = [*engine.moving("partners"), *engine.moving("contacts")]
    assert {engine.place_of(column) for column in moving} <= conflicts.named()


def test_every_key_to_a_partner_is_moved_or_stays(app):
    """What `drop` and `ignore` mean: the row stays with the one that goes, and is hidden with it."""
    answers = {
        key.info.get("merge")
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "partners.id"
    }
    assert answers == {"move", "drop", "ignore"}


def test_one_transaction_or_nothing(make, snapshot, actor, monkeypatch):
    """A fault at the very end leaves every table as it was."""
    user = make.user()
    first, second = laden(make, "Atelier Vasseur", user), laden(make, "Atelier Vasseur SARL", user)
    before = snapshot()

    def fail(*_args, **_values):
        raise RuntimeError("too late")

    monkeypatch.setattr(services, "note", fail)
    with pytest.raises(RuntimeError, match="too late"):
        merge_all(make, actor, [first, second])
    assert snapshot() == before


def test_the_journal_is_one_of_the_structure(make, session, actor):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL")
    merged = merge_all(make, actor, [first, second])
    assert session.scalars(sa.select(Merge.structure_id).filter_by(public_id=merged)).one() == make.home.id
