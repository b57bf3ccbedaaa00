"""Tags: how they are typed, renamed, made one, deleted, given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm.partners.models import Follow, FollowTag, Partner, Tag
from crm.partners.tags.names import LONGEST, MOST, key_of, read_tag, read_tags, written


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        (" , ;\n", ()),
        ("Été, ete ; ÉTÉ", ("Été",)),
        ("club  d'entreprises\nvélo", ("club d'entreprises", "vélo")),
        ("=1+1, <img onerror>", ("=1+1", "<img onerror>")),
    ],
)
def test_lists_are_read(text, names):
    assert read_tags(text).names == names


@pytest.mark.parametrize("text", ["", "a, b", "a;b", "!!!", "x" * (LONGEST + 1)])
def test_one_name_is_refused(text):
    assert read_tag(text).error is not None


def test_too_many_are_refused():
    assert read_tags(",".join(f"n{one}" for one in range(MOST))).error is None
    assert read_tags(",".join(f"n{one}" for one in range(MOST + 1))).error is not None


@given(st.text(max_size=200))
def test_reading_what_was_written_gives_it_back(text):
    found = read_tags(text)
    assert read_tags(written(found.names)).names == found.names
    assert len({key_of(name) for name in found.names}) == len(found.names)


@pytest.fixture
def ines(make, browser):
    user = make.user()
    browser.enter(user, make.home)
    return user


@pytest.fixture
def tagged(make, browser, ines):
    """Three partners: « Vélo »; « Vélo » and « Cycles »; « Cycles »."""
    for name, tags in (("A", "Vélo"), ("B", "Vélo, Cycles"), ("C", "Cycles")):
        partner = make.partner(name)
        browser.submit(f"/partenaires/{partner.public_id}/suivi", {"tags": tags})


def worn(session) -> list[tuple[str, str]]:
    session.rollback()
    statement = (
        select(Partner.name, Tag.name)
        .select_from(FollowTag)
        .join(Tag, Tag.id == FollowTag.tag_id)
        .join(Follow, Follow.id == FollowTag.follow_id)
        .join(Partner, Partner.id == Follow.partner_id)
    )
    return sorted(tuple(row) for row in session.execute(statement))


def tag_of(session, name: str) -> Tag:
    return session.scalars(select(Tag).where(Tag.name == name)).one()


BEFORE = [("A", "Vélo"), ("B", "Cycles"), ("B", "Vélo"), ("C", "Cycles")]


def test_two_become_one_and_two_again(browser, tagged, session):
    velo, cycles = tag_of(session, "Vélo").public_id, tag_of(session, "Cycles").public_id
    assert worn(session) == BEFORE
    page = browser.get(f"/etiquettes/{velo}/fusionner?into={cycles}").text
    assert "2 partenaires portent « Vélo »" in page
    assert "1 partenaire reçoit « Cycles »" in page
    path = f"/etiquettes/{velo}/fusionner"
    answer = browser.submit(f"{path}?into={cycles}", {}, action=path)
    assert answer.status_code == 303
    assert worn(session) == [("A", "Cycles"), ("B", "Cycles"), ("C", "Cycles")]
    assert browser.submit("/etiquettes", {}, action="/etiquettes/defaire").status_code == 303
    assert worn(session) == BEFORE
    assert tag_of(session, "Vélo").public_id == velo


def test_deleting_is_undone(browser, tagged, session):
    cycles = tag_of(session, "Cycles")
    path = f"/etiquettes/{cycles.public_id}/supprimer"
    assert browser.submit("/etiquettes", {}, action=path).status_code == 303
    assert worn(session) == [("A", "Vélo"), ("B", "Vélo")]
    assert browser.submit("/etiquettes", {}, action="/etiquettes/defaire").status_code == 303
    assert worn(session) == BEFORE


def test_renaming_to_a_taken_name_proposes_to_merge(browser, tagged, session):
    velo, cycles = tag_of(session, "Vélo"), tag_of(session, "Cycles")
    answer = browser.submit(f"/etiquettes/{velo.public_id}/renommer", {"name": "cyclés"})
    assert answer.status_code == 422
    assert f"/etiquettes/{velo.public_id}/fusionner?into={cycles.public_id}" in answer.text
    assert worn(session) == BEFORE
    assert browser.submit(f"/etiquettes/{velo.public_id}/renommer", {"name": "velo"}).status_code == 303
    session.rollback()
    assert session.scalars(select(Tag.name).order_by(Tag.key)).all() == ["Cycles", "velo"]


def test_a_forged_undo_is_refused(browser, tagged, snapshot):
    tokens = browser.form("/etiquettes", action=browser_delete(browser)).values
    before = snapshot()
    assert browser.client.post("/etiquettes/defaire", data=tokens | {"gone": "e30.forged"}).status_code == 409
    assert snapshot() == before


def browser_delete(browser) -> str:
    text = browser.get("/etiquettes").text
    return next(part for part in text.split('"') if part.endswith("/supprimer"))
