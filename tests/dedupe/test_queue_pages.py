"""The screens of the queue: what waits, two records side by side, the answers, the menu."""

import pytest
import sqlalchemy as sa

from crm.access.policy import Role
from crm.dedupe.pairs.enums import Answer
from crm.dedupe.pairs.models import DuplicateDecision, DuplicatePair
from crm.partners.models import Partner
from tests.counting import statements
from tests.pages import Browser

STREET = "3 rue des Lilas"
PHONE = "+33199001201"


@pytest.fixture
def pair(make):
    """Two records of one workshop."""
    return (
        make.partner("Atelier Vasseur", street=STREET, phone=PHONE),
        make.partner("Atelier Vaseur", street=STREET, phone=PHONE, email="accueil@exemple.test"),
    )


def address(pair):
    return "/doublons/paire?" + "&".join(f"ids={one.public_id}" for one in pair)


def test_nothing_to_sort(make, browser):
    browser.sign_in(make.user())
    assert "Aucun doublon à trier" in browser.get("/doublons").text


def test_the_list_the_menu_and_the_pair(make, browser, pair):
    browser.sign_in(make.user())
    page = browser.get("/doublons").text
    assert "Atelier Vaseur" in page
    assert '<span class="side__count">1</span>' in page
    assert "Très probable" in page
    assert "0.9" not in page
    opened = browser.submit("/doublons", {}, action="/doublons/prendre")
    assert opened.location == address(pair)
    told = browser.get(opened.location).text
    assert "même téléphone" in told
    assert "différent" in told
    assert "pareil" in told


def test_distinct_leads_to_the_next_one_and_can_be_taken_back(make, browser, session, pair):
    others = [make.partner("Jardinerie du Val", phone="+33199001209") for _ in range(2)]
    browser.sign_in(make.user())
    answer = browser.submit(address(pair), {"answer": "distinct"})
    assert answer.location == address(others)
    assert session.scalars(sa.select(DuplicateDecision.answer)).one() is Answer.DISTINCT
    assert session.scalars(sa.select(DuplicatePair.claimed_by_id).where(DuplicatePair.claimed_by_id.is_not(None))).one()
    assert "Revenir sur cette réponse" in browser.get(answer.location).text


def test_taking_an_answer_back(make, browser, session, pair):
    browser.sign_in(make.user())
    answer = browser.submit(address(pair), {"answer": "later", "note": "Demander."})
    assert answer.location == "/doublons"
    ids = [one.public_id for one in pair]
    browser.submit("/doublons", {"ids": ids}, action="/doublons/reprendre")
    assert session.scalar(sa.select(sa.func.count()).select_from(DuplicateDecision)) == 0


def test_a_duplicate_leads_to_the_merge(make, browser, session, pair):
    browser.sign_in(make.user())
    answer = browser.submit(address(pair), {"answer": "duplicate"})
    assert answer.location.startswith("/doublons/fusionner?")
    browser.submit(answer.location, {})
    assert session.scalars(sa.select(Partner.merged_into_id).where(Partner.merged_into_id.is_not(None))).one()
    assert "Aucun doublon à trier" in browser.get("/doublons").text


def test_who_may_not_merge_says_so_to_those_who_may(make, browser, app, pair):
    browser.sign_in(make.user(roles=[Role.COUNSELLOR]))
    assert browser.submit(address(pair), {"answer": "duplicate"}).location == "/doublons"
    assert browser.get("/doublons/fusionner?ids=a&ids=b").status_code == 403
    director = Browser(app)
    director.sign_in(make.user(roles=[Role.DIRECTOR]))
    assert "Atelier Vaseur" in director.get("/doublons?voir=to_merge").text


def test_two_colleagues_one_pair(make, browser, app, snapshot, pair):
    """The second sees that the first works on it; and, if they answer all the same, that it is answered."""
    browser.sign_in(make.user(first_name="Sonia", last_name="Vidal"))
    browser.submit("/doublons", {}, action="/doublons/prendre")
    other = Browser(app)
    other.sign_in(make.user())
    assert "Sonia Vidal y travaille" in other.get("/doublons").text
    assert "Sonia Vidal y travaille" in other.get(address(pair)).text
    late = other.form(address(pair))
    browser.submit(address(pair), {"answer": "distinct"})
    before = snapshot()
    answer = other.client.post(late.action, data=late.values | {"answer": "group"})
    assert answer.status_code == 409
    assert "Sonia Vidal vient de répondre" in answer.text
    assert snapshot() == before


def test_what_is_no_pair_any_more_says_so(make, browser, pair):
    lone = make.partner("Jardinerie du Val")
    browser.sign_in(make.user())
    answer = browser.get(address((pair[0], lone)))
    assert answer.status_code == 409
    assert "ne sont plus à comparer" in answer.text
    assert browser.get("/doublons/paire").status_code == 409
    assert browser.get("/doublons/paire?ids=%00&ids=x").status_code == 409


def test_an_answer_must_be_chosen(make, browser, snapshot, pair):
    browser.sign_in(make.user())
    browser.get(address(pair))
    before = snapshot()
    answer = browser.submit(address(pair), {})
    assert answer.status_code == 422
    assert "Choisissez une réponse." in answer.text
    assert snapshot() == before


def test_comparing_everybody(make, browser, session, pair):
    browser.sign_in(make.user())
    with make.transaction() as writing:
        writing.execute(sa.delete(DuplicatePair))
    browser.submit("/doublons", {}, action="/doublons/comparer")
    page = browser.get("/doublons").text
    assert "Atelier Vaseur" in page
    assert "Dernière fois" in page
    assert browser.get("/doublons/avancement").json == {"busy": False, "done": 0, "total": 0}


def test_pages_of_a_long_queue_and_what_they_cost(make, browser, app):
    browser.sign_in(make.user())
    for number in range(3):
        make.partner(f"Atelier Vasseur {number}", street=f"{number + 1} rue des Lilas", phone=f"+3319900120{number}")
        make.partner(f"Atelier Vaseur {number}", street=f"{number + 1} rue des Lilas", phone=f"+3319900120{number}")
    browser.get("/doublons")
    counts = []
    for _ in range(2):
        with statements(app) as sent:
            assert browser.get("/doublons").status_code == 200
        counts.append(len(sent))
        for number in range(8):
            for name in ("Jardinerie", "Jardineries"):
                make.partner(f"{name} {'abcdefgh'[number]}", phone=f"+331990013{number:02}", street="1 place Carnot")
    assert counts[0] == counts[1]
    first = browser.get("/doublons").text
    following = first.split('rel="next"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(following).status_code == 200
    assert browser.get("/doublons?apres=rien&voir=rien").status_code == 200


def test_english(make, browser, pair):
    browser.sign_in(make.user())
    browser.submit("/doublons", {"language": "en"}, action="/langue")
    assert "Duplicates" in browser.get("/doublons").text
