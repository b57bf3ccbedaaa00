"""One action on many partners: announced, done, undone while nobody touched them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm.access.policy import Role
from crm.partners.bulk.planning import LeftOut, Order, Target, mark_of, plan
from crm.partners.enums import FollowStage
from crm.partners.listing.enums import BulkKind
from crm.partners.listing.models import BulkAction
from crm.partners.models import Follow, FollowTag, Partner

DAY = date(2099, 1, 2)
HERE = "/partenaires/en-nombre"


@pytest.mark.parametrize(
    ("order", "target", "reason"),
    [
        (Order(kind=BulkKind.OWNER, owner_id=3), Target(1, "A", owner_id=4), None),
        (Order(kind=BulkKind.OWNER, owner_id=3), Target(1, "A", owner_id=3), LeftOut.ALREADY),
        (Order(kind=BulkKind.OWNER), Target(1, "A"), LeftOut.ALREADY),
        (Order(kind=BulkKind.OWNER, owner_id=3), Target(1, "A", is_followed=False), LeftOut.NOT_FOLLOWED),
        (Order(kind=BulkKind.TAG, tag="velo"), Target(1, "A"), None),
        (Order(kind=BulkKind.TAG, tag="velo"), Target(1, "A", tags=frozenset({"velo"})), LeftOut.ALREADY),
        (Order(kind=BulkKind.UNTAG, tag="velo"), Target(1, "A"), LeftOut.ALREADY),
        (
            Order(kind=BulkKind.PAUSE, until=DAY),
            Target(1, "A", stage=FollowStage.PAUSED, paused_until=DAY),
            LeftOut.ALREADY,
        ),
        (Order(kind=BulkKind.PAUSE, until=DAY), Target(1, "A", paused_until=DAY), None),
        (Order(kind=BulkKind.BIN), Target(1, "A", is_followed=False), None),
        (Order(kind=BulkKind.BIN), Target(1, "A", held=True), LeftOut.HELD),
    ],
)
def test_who_is_left_out(order, target, reason):
    made = plan([target], order)
    assert made.changed == ([] if reason else [target])
    assert list(made.left) == ([reason] if reason else [])


TARGETS = st.lists(
    st.builds(
        Target,
        partner_id=st.integers(1, 10**6),
        name=st.just("A"),
        is_followed=st.booleans(),
        owner_id=st.none() | st.integers(1, 3),
        held=st.booleans(),
    ),
    unique_by=lambda one: one.partner_id,
)


@given(TARGETS, st.sampled_from([kind for kind in BulkKind if kind is not BulkKind.TAKE_OVER]))
def test_each_is_changed_or_left_out_once(targets, kind):
    order = Order(kind=kind, owner_id=2, tag="velo", until=DAY)
    made = plan(targets, order)
    heaps = [*made.changed, *(one for heap in made.left.values() for one in heap)]
    assert sorted(one.partner_id for one in heaps) == sorted(one.partner_id for one in targets)
    if made.changed:
        fewer = plan([one for one in targets if one != made.changed[0]], order)
        assert mark_of(fewer, order) != mark_of(made, order)


@pytest.fixture
def ines(make, browser):
    user = make.user(roles=[Role.DIRECTOR])
    browser.enter(user, make.home)
    return user


@pytest.fixture
def three(make, ines):
    """Two followed, one not."""
    partners = [make.partner(name) for name in ("<img onerror>", "B", "C")]
    for one in partners[:2]:
        make.follow(one)
    return partners


def address(partners, **values) -> str:
    return (
        HERE + "?" + "&".join([*(f"ids={one.public_id}" for one in partners), *(f"{k}={v}" for k, v in values.items())])
    )


def act(browser, partners, **values):
    return browser.submit(
        address(partners, **values), {"ids": [one.public_id for one in partners]}, action=f"{HERE}/faire"
    )


def undo(browser, session, **typed):
    session.rollback()
    action = session.scalars(select(BulkAction)).one()
    path = f"{HERE}/{action.public_id}/annuler"
    return browser.submit("/partenaires", typed, action=path)


def state(session):
    session.rollback()
    follows = session.scalars(select(Follow).order_by(Follow.id)).all()
    worn = set(session.scalars(select(FollowTag.follow_id)))
    binned = session.scalars(select(Partner.binned_at.is_(None)).order_by(Partner.id)).all()
    return [(f.owner_id, f.stage, f.paused_until, f.id in worn) for f in follows], list(binned)


def test_the_list_leads_to_the_page(browser, three):
    tokens = browser.form(address(three, kind="bin"), action=f"{HERE}/faire").values
    given = {"csrf_token": tokens["csrf_token"], "nonce": tokens["nonce"]}
    assert browser.client.post(HERE, data=given).status_code == 422
    answer = browser.client.post(HERE, data=given | {"ids": [one.public_id for one in three]})
    assert answer.status_code == 303
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert "3 partenaires cochés" in page.text


@pytest.mark.parametrize("kind", [kind for kind in BulkKind if kind is not BulkKind.TAKE_OVER])
def test_announced_done_undone(browser, ines, three, session, kind):
    values = {"owner": ines.id, "tag": "Velo", "until": "2099-01-02"}
    if kind is BulkKind.UNTAG:
        for one in three[:2]:
            browser.submit(f"/partenaires/{one.public_id}/suivi", {"tags": "Velo", "owner": ""})
    before = state(session)
    page = browser.get(address(three, kind=kind.value, **values)).text
    assert "&lt;img onerror&gt;" in page
    assert "<img onerror" not in page
    assert ("Votre structure ne les suit pas" in page) is (kind is not BulkKind.BIN)
    assert state(session) == before
    assert act(browser, three, kind=kind.value, **values).status_code == 303
    after, binned = state(session)
    expected = {
        BulkKind.OWNER: lambda row: row[0] == ines.id,
        BulkKind.TAG: lambda row: row[3],
        BulkKind.UNTAG: lambda row: not row[3],
        BulkKind.PAUSE: lambda row: row[1:3] == (FollowStage.PAUSED, DAY),
        BulkKind.BIN: lambda row: True,
    }
    assert all(expected[kind](row) for row in after)
    assert binned == [kind is not BulkKind.BIN] * 3
    assert undo(browser, session).status_code == 303
    assert state(session) == before


def test_what_somebody_changed_since_stays(browser, ines, three, session, make):
    act(browser, three, kind="owner", owner=ines.id)
    url = f"/partenaires/{three[0].public_id}/suivi"
    page = browser.get("/partenaires").text  # takes the flash with its undo
    action = next(part for part in page.split('"') if part.endswith("/annuler"))
    browser.submit(url, {"owner": ""})
    other = make.user()
    browser.submit(url, {"owner": str(other.id)})
    tokens = browser.form(url).values
    answer = browser.client.post(action, data=tokens)
    assert answer.status_code == 303
    assert [row[0] for row in state(session)[0]] == [other.id, None]
    again = browser.client.post(action, data=browser.form(url).values)
    assert again.status_code == 409


def test_a_changed_plan_is_announced_anew(browser, ines, three, session):
    form = browser.form(address(three, kind="owner", owner=ines.id), action=f"{HERE}/faire")
    browser.submit(f"/partenaires/{three[0].public_id}/suivi", {"owner": str(ines.id)})
    before = state(session)
    answer = browser.client.post(f"{HERE}/faire", data=form.values | {"ids": [one.public_id for one in three]})
    assert answer.status_code == 409
    assert "La liste a changé entre-temps" in answer.text
    assert state(session) == before


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "owner", "owner": "99999"},
        {"kind": "tag"},
        {"kind": "pause"},
        {"kind": "pause", "until": "2001-01-01"},
        {"kind": "fly"},
    ],
)
def test_what_is_refused_is_said(browser, three, values):
    assert browser.get(address(three, **values)).status_code == 422


def test_who_may_not_bin_is_not_offered_it(browser, make, three, session):
    browser.enter(make.user(roles=[Role.COUNSELLOR]), make.home)
    assert 'value="bin"' not in browser.get(address(three)).text
    assert browser.get(address(three, kind="bin")).status_code == 422


def test_all_the_list_is_what_the_address_says(browser, three, ines, session):
    url = f"{HERE}?all=1&address=q%3DB&kind=owner&owner={ines.id}"
    assert browser.submit(url, {}, action=f"{HERE}/faire").status_code == 303
    assert [row[0] for row in state(session)[0]] == [None, ines.id]
