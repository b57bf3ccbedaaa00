"""One person, two contacts: found by rules, decided by people, merged, given back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access.policy import Role
from crm.dedupe.contacts import queries, services
from crm.dedupe.contacts.likeness import Person, alike
from crm.dedupe.contacts.models import ContactPair
from crm.dedupe.merging import services as merging
from crm.dedupe.merging.enums import ProposalState
from crm.dedupe.merging.models import Merge, MergeProposal
from crm.dedupe.merging.people import queries as people
from crm.dedupe.merging.people import services as merges
from crm.dedupe.merging.people.sides import proposed, remaining
from crm.dedupe.merging.refusals import AlreadyMerged, CannotUndo, SidesChanged
from crm.dedupe.pairs.enums import Answer
from crm.dedupe.sorting.services import CLAIM
from crm.errors import NotAllowed
from crm.interactions.models import Interaction
from crm.partners.models import Contact, ContactChannel, ContactPost, Partner
from tests.dedupe.merging_help import comparable, differences, merge_all, undo
from tests.factories import THEN
from tests.pages import Browser

MAIL, PHONE = "claire.moreau@exemple.test", "+33639980012"


def person(first="Claire", last="Moreau", *, mail="", phone="", company=1):
    return Person(
        first_name=first,
        last_name=last,
        phones=frozenset({phone} - {""}),
        emails=frozenset({mail} - {""}),
        company=company,
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (person(), person(), True),
        (person(first="Moreau", last="Claire"), person(), True),
        (person(mail=MAIL), person(mail=MAIL, company=2), True),
        (person(first="C.", mail=MAIL), person(mail=MAIL), True),
        (person(phone=PHONE), person(phone=PHONE, company=2), True),
        (person(last="Moreaux", mail=MAIL), person(mail=MAIL, company=2), True),
        (person(), person(company=2), False),
        (person(last="Moreaux"), person(), False),
        (person(first=""), person(), False),
        (person(first="Paul", last="Girard", mail=MAIL), person(mail=MAIL), False),
        (person(first="Paul", last="Girard", phone=PHONE), person(phone=PHONE), None),
        (person(first="Paul", last="Girard"), person(), None),
        (person(first="Paul", mail="accueil@exemple.test"), person(mail="accueil@exemple.test"), None),
        (person(first="Paul"), person(), None),
        (person(first=""), person(company=2), None),
    ],
)
def test_who_is_one_person(one, other, expected):
    found, back = alike(one, other), alike(other, one)
    assert (found.is_likely if found else None) is expected
    assert found == back
    if found:
        assert found.reasons
        assert found.has_moved == (one.company != other.company)


@pytest.fixture
def actor(make):
    """A development manager."""
    return make.actor(make.user())


@pytest.fixture
def pair(make):
    """One person who changed company."""
    old, new = make.partner("Atelier Vasseur"), make.partner("Jardinerie du Val", city="Sceaux")
    values = {"first_name": "Claire", "last_name": "Moreau"}
    return (
        make.contact(old, **values, email=MAIL, function="Gérante", is_main=True),
        make.contact(new, **values, email=MAIL, phone=PHONE),
    )


def held(session):
    columns = (ContactPair.first_id, ContactPair.second_id, ContactPair.is_likely, ContactPair.has_moved)
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns[:2]))]


def merge(make, actor, contacts, *, remains=None, has_left=False, now=THEN, **wanted):
    ids = [one.public_id for one in contacts]
    with make.transaction(actor, now) as session:
        sides = people.sides(session, people.chosen(session, ids, actor=actor), actor=actor)
        kept = remaining(sides)
        done = merges.merge(
            session,
            ids,
            proposed(sides, kept) | wanted,
            remains=remains or kept.public_id,
            has_left=has_left,
            seen=merges.mark_of(sides),
            actor=actor,
            now=now,
        )
        return done.public_id


def test_found_when_saved_and_gone_when_changed(make, session, actor, pair):
    assert held(session) == [(pair[0].id, pair[1].id, True, True)]
    with make.transaction(actor) as writing:
        contact = writing.get(Contact, pair[1].id)
        contact.last_name, contact.email = "Girard", None
    assert held(session) == []


def test_another_phone_brings_two_people_together(make, session, actor):
    partner = make.partner("Atelier Vasseur")
    one = make.contact(partner, first_name="C.", last_name="Moreau", phone=PHONE)
    other = make.contact(partner, first_name="Claire", last_name="Moreau")
    assert held(session) == [(one.id, other.id, False, False)]
    make.add(ContactChannel(contact_id=other.id, kind="phone", value=PHONE))
    assert held(session) == [(one.id, other.id, True, False)]


def test_somebody_who_changed_company(make, session, actor, pair):
    merge(make, actor, pair, remains=pair[1].public_id, has_left=True)
    kept = session.get(Contact, pair[1].id)
    post = session.scalars(sa.select(ContactPost).filter_by(contact_id=kept.id)).one()
    assert (post.partner_id, post.function, post.left_on) == (pair[0].partner_id, "Gérante", date(2026, 11, 20))
    assert (kept.function, kept.phone, kept.email) == ("Gérante", PHONE, MAIL)
    assert session.get(Contact, pair[0].id).merged_into_id == kept.id
    assert held(session) == [(pair[0].id, pair[1].id, True, True)], "hidden with the one that is gone"
    with make.transaction(actor, writes=False) as reading:
        assert queries.lines(reading, actor=actor, now=THEN) == []


def test_undo_gives_every_table_back(make, session, snapshot, actor, pair):
    user = make.user()
    for contact in pair:
        where = session.get(Contact, contact.id).partner_id
        make.add(
            Interaction(
                partner_id=where,
                contact_id=contact.id,
                author_id=user.id,
                structure_id=make.home.id,
                kind="visit",
                held_at=THEN,
                report="Vu.",
                created_at=THEN,
            )
        )
        make.add(ContactChannel(contact_id=contact.id, kind="phone", value="+33199001299"))
    before = comparable(snapshot())
    merged = merge(make, actor, pair, has_left=True, function="Directrice")
    assert session.scalar(sa.select(sa.func.count()).select_from(Interaction).filter_by(contact_id=pair[0].id)) != 1
    undone = undo(make, actor, merged, THEN + timedelta(days=2))
    assert (undone.rows, undone.fields) == ((), ())
    assert differences(before, comparable(snapshot())) == []


def test_an_objection_is_never_lost(make, session, actor, pair):
    with make.transaction(actor) as writing:
        writing.get(Contact, pair[0].id).opposed_on = date(2026, 10, 1)
    merge(make, actor, pair, remains=pair[1].public_id)
    assert session.get(Contact, pair[1].id).opposed_on == date(2026, 10, 1)


def test_refusals_change_nothing(make, snapshot, actor, pair):
    with make.transaction(actor, writes=False) as reading:
        ids = [one.public_id for one in pair]
        stale = merges.mark_of(people.sides(reading, people.chosen(reading, ids, actor=actor), actor=actor))
    with make.transaction(actor) as writing:
        writing.get(Contact, pair[0].id).function = "Associée"
    before = snapshot()
    with make.transaction(actor) as writing, pytest.raises(SidesChanged):
        merges.merge(
            writing, ids, {"last_name": "M"}, remains=ids[0], has_left=False, seen=stale, actor=actor, now=THEN
        )
    cip = make.actor(make.user(roles=[Role.COUNSELLOR]), roles=[Role.COUNSELLOR])
    before = snapshot()
    with pytest.raises(NotAllowed):
        merge(make, cip, pair)
    assert snapshot() == before
    merge(make, actor, pair)
    with pytest.raises(AlreadyMerged):
        merge(make, actor, pair)


def test_distinct_until_one_changes(make, actor, pair):
    with make.transaction(actor) as writing:
        services.answer(writing, [one.public_id for one in pair], Answer.DISTINCT, seen=0, actor=actor, now=THEN)
    with make.transaction(actor, writes=False) as reading:
        assert queries.lines(reading, actor=actor, now=THEN) == []
    with make.transaction(actor) as writing:
        writing.get(Contact, pair[0].id).phone = PHONE
    with make.transaction(actor, writes=False) as reading:
        assert len(queries.lines(reading, actor=actor, now=THEN)) == 1


def test_merging_their_companies_then_undoing(make, snapshot, session, actor, pair):
    """The contacts come under one partner: the pair is then one of the same company, and back."""
    companies = [session.get(Partner, one.partner_id) for one in pair]
    before = comparable(snapshot())
    merged = merge_all(make, actor, companies)
    assert [row[3] for row in held(session)] == [False]
    undo(make, actor, merged, THEN + timedelta(days=1))
    assert differences(before, comparable(snapshot())) == []


def test_the_screens(make, browser, session, pair):
    browser.sign_in(make.user())
    page = browser.get("/doublons/contacts").text
    assert "a peut-être changé d'entreprise" in page
    where = f"/doublons/contacts/paire?ids={pair[0].public_id}&ids={pair[1].public_id}"
    told = browser.get(where).text
    assert "même adresse e-mail" in told
    assert browser.submit(where, {"phone": "douze"}).status_code == 422
    answer = browser.submit(where, {"remains": pair[1].public_id, "has_left": "y"})
    assert answer.location == f"/contacts/{pair[1].public_id}"
    assert "Annuler la fusion" in browser.get(answer.location).text
    moved = browser.get(f"/contacts/{pair[0].public_id}")
    assert (moved.status_code, moved.location) == (308, f"/contacts/{pair[1].public_id}")
    assert browser.get("/doublons/fusions").status_code == 200
    assert "Aucun contact en double" in browser.get("/doublons/contacts").text


def test_said_distinct_on_screen(make, browser, session, pair):
    browser.sign_in(make.user(roles=[Role.COUNSELLOR]))
    where = f"/doublons/contacts/paire?ids={pair[0].public_id}&ids={pair[1].public_id}"
    assert "Fusionner ces contacts" not in browser.get(where).text
    ids = [one.public_id for one in pair]
    said = browser.submit(
        where, {"answer": "distinct"}, action=f"/doublons/contacts/repondre?ids={ids[0]}&ids={ids[1]}"
    )
    assert said.location == "/doublons/contacts"
    page = browser.get("/doublons/contacts").text
    assert "Aucun contact en double" in page
    assert "Revenir sur cette réponse" in page
    undone = browser.client.post(
        "/doublons/contacts/reprendre", data=browser.form(where).values | {"ids": ids, "seen": "1"}
    )
    assert undone.status_code == 303
    assert "a peut-être changé d'entreprise" in browser.get("/doublons/contacts").text


def test_put_aside_with_a_note_for_somebody(make, browser, session, pair):
    user = make.user(roles=[Role.COUNSELLOR])
    browser.sign_in(user)
    ids = [one.public_id for one in pair]
    where = f"/doublons/contacts/paire?ids={ids[0]}&ids={ids[1]}"
    action = f"/doublons/contacts/repondre?ids={ids[0]}&ids={ids[1]}"
    assert browser.submit(where, {"answer": "group"}, action=action).status_code == 422
    assert browser.submit(where, {"answer": "later", "assignee": "999999"}, action=action).status_code == 422
    said = {"answer": "later", "note": "Demander à l'accueil", "assignee": str(user.id)}
    assert browser.submit(where, said, action=action).location == "/doublons/contacts"
    assert "Aucun contact en double" in browser.get("/doublons/contacts").text
    aside = browser.get("/doublons/contacts?voir=later").text
    assert "Demander à l&#39;accueil" in aside
    assert user.name in aside


def test_two_colleagues_do_not_sort_the_same_pair(make, browser, session, actor, pair):
    ids = [one.public_id for one in pair]
    with make.transaction(actor) as writing:
        services.claim(writing, ids, actor=actor, now=clock.now())
    browser.sign_in(make.user())
    assert f"{actor.name} y travaille" in browser.get("/doublons/contacts").text
    taken = browser.submit("/doublons/contacts", {}, action="/doublons/contacts/prendre")
    assert taken.location == "/doublons/contacts", "nothing is left that nobody looks at"
    where = f"/doublons/contacts/paire?ids={ids[0]}&ids={ids[1]}"
    assert f"{actor.name} y travaille en ce moment" in browser.get(where).text

    with make.transaction(actor) as writing:
        services.answer(writing, ids, Answer.DISTINCT, seen=0, actor=actor, now=clock.now())
    action = f"/doublons/contacts/repondre?ids={ids[0]}&ids={ids[1]}"
    late = browser.client.post(
        action, data=browser.form(where, action=action).values | {"answer": "later", "seen": "0"}
    )
    assert late.status_code == 409
    assert f"{actor.name} vient de répondre" in late.text


def test_whose_claim_and_for_how_long(make, actor, pair):
    ids = [one.public_id for one in pair]
    other = make.actor(make.user())
    later = THEN + CLAIM
    for who, now, expected in (
        (actor, THEN, actor),
        (other, THEN + CLAIM / 2, actor),
        (other, later, other),
        (actor, later, other),
    ):
        with make.transaction(who) as writing:
            assert services.claim(writing, ids, actor=who, now=now).claimed_by_id == expected.user_id
    with make.transaction(actor, writes=False) as reading:
        assert queries.next_free(reading, actor=actor, now=THEN + CLAIM) is None
        assert queries.next_free(reading, actor=other, now=THEN + CLAIM) is not None


def test_after_ninety_days_nothing_personal_is_kept_of_the_one_that_is_gone(make, session, browser, actor, pair):
    merged = merge(make, actor, pair, remains=pair[1].public_id)
    make.add(ContactChannel(contact_id=pair[0].id, kind="phone", value="+33199001299"))
    for days, forgotten in ((89, 0), (90, 1), (91, 0)):
        with make.transaction(actor, THEN + timedelta(days=days)) as writing:
            assert merging.forget(writing, now=THEN + timedelta(days=days)) == forgotten
    gone = session.get(Contact, pair[0].id)
    assert (gone.first_name, gone.last_name, gone.email, gone.phone, gone.search_key) == ("", "", None, None, "")
    assert session.scalars(sa.select(ContactChannel.value).filter_by(contact_id=gone.id)).all() == []
    assert session.scalars(sa.select(Merge.journal)).one() == ""
    assert session.get(Contact, pair[1].id).last_name == "Moreau"
    browser.sign_in(make.user())
    assert browser.get(f"/contacts/{pair[0].public_id}").location == f"/contacts/{pair[1].public_id}"
    with pytest.raises(CannotUndo, match="90 jours"):
        undo(make, actor, merged, THEN + timedelta(days=91))


@pytest.fixture
def neighbours(make, session, pair):
    """Another structure that follows the company of one of them."""
    there = make.structure("Les Jardins du Val")
    make.follow(session.get(Partner, pair[1].partner_id), structure=there)
    return there


def propose(make, browser, pair):
    browser.sign_in(make.user())
    where = f"/doublons/contacts/paire?ids={pair[0].public_id}&ids={pair[1].public_id}"
    page = browser.get(where).text
    assert "Les Jardins du Val travaille aussi avec ces entreprises" in page
    assert "Proposer la fusion" in page
    return browser.submit(where, {"remains": pair[1].public_id, "has_left": "y"}).location


@pytest.mark.parametrize("agrees", [True, False])
def test_another_structure_that_works_with_their_company_is_asked(
    make, browser, app, session, pair, neighbours, agrees
):
    asked = propose(make, browser, pair)
    assert session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 0
    other = Browser(app)
    other.sign_in(make.user(structure=neighbours))
    assert "propose de fusionner : Claire Moreau, Claire Moreau" in other.get("/doublons").text
    page = other.get(asked).text
    assert f'href="/contacts/{pair[0].public_id}"' in page
    assert "Gérante" in page
    said = {"answer": "yes" if agrees else "no", "reason": "Deux sœurs"}
    assert other.submit(asked, said, action=f"{asked}/repondre").status_code == 303

    session.expire_all()
    gone = session.get(Contact, pair[0].id)
    if not agrees:
        assert gone.merged_into_id is None
        assert "Deux sœurs" in browser.get(asked).text
        return
    assert gone.merged_into_id == pair[1].id
    assert session.scalars(sa.select(ContactPost.partner_id)).all() == [pair[0].partner_id]
    done = session.scalars(sa.select(Merge)).one()
    assert done.structure_id == make.home.id, "of who proposed it: they may undo it"
    answer = browser.submit(
        f"/doublons/fusions/{done.public_id}", {}, action=f"/doublons/fusions/{done.public_id}/annuler"
    )
    assert answer.status_code == 303
    session.expire_all()
    assert session.get(Contact, pair[0].id).merged_into_id is None


def test_a_contact_changed_meanwhile_is_not_merged(make, browser, app, session, pair, neighbours, actor):
    asked = propose(make, browser, pair)
    with make.transaction(actor) as writing:
        writing.get(Contact, pair[0].id).function = "Associée"
    other = Browser(app)
    other.sign_in(make.user(structure=neighbours))
    other.submit(asked, {"answer": "yes"}, action=f"{asked}/repondre")
    assert session.scalars(sa.select(MergeProposal.state)).one() is ProposalState.STALE
    assert session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 0
