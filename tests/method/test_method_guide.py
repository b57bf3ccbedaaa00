"""The guide as data, and what a structure adapts of it: words, proofs that block, delays."""

import json

import pytest
from sqlalchemy import func, select

from crm.access.policy import Role
from crm.method.enums import ActionKind, LineSection, Proof, Weight
from crm.method.guide import queries, services
from crm.method.guide.cli import SHIPPED, load_shipped
from crm.method.guide.models import GateRule, MethodLine, MethodVersion, StepDelay
from crm.method.guide.original import read


@pytest.fixture
def director(make, browser):
    user = make.user(roles=[Role.DIRECTOR])
    browser.enter(user, make.home)
    return user


def test_the_shipped_file_holds_the_whole_guide():
    steps, lines = read(json.loads(SHIPPED.read_text(encoding="utf-8")))
    assert [one.number for one in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert {one.phase for one in steps} == {"Préparer", "Construire", "Animer"}
    for number in range(1, 8):
        assert {LineSection.AIM, LineSection.CHECK} <= {one.section for one in lines if one.step == number}
    assert {one.action for one in lines if one.action} == set(ActionKind)
    assert all(one.guide_line for one in lines)


def test_it_is_loaded_once(app, session):
    with app.app_context():
        assert load_shipped()
        assert not load_shipped()
    assert session.scalars(select(MethodVersion.number)).all() == [1]


def test_a_structure_rewords_a_step_beside_the_original(app, director, make, browser, session):
    with app.app_context():
        load_shipped()
    page = browser.get("/reglages/methode/mots?etape=4").text
    assert "Ceux du guide" in page
    typed = {"title": "Aller les voir", "check": "prévenir l'atelier\nprendre la plaquette"}
    assert browser.submit("/reglages/methode/mots?etape=4", typed).status_code == 303
    known = queries.guide(session, make.home.id)
    assert known.steps[4].title == "Aller les voir"
    lines = [one.wording for one in known.of_step(4, LineSection.CHECK)]
    assert lines == ["prévenir l'atelier", "prendre la plaquette"]
    original = queries.guide(session, None, original=True)
    assert original.steps[4].title != "Aller les voir"
    assert len(known.of_step(5, LineSection.CHECK)) == len(original.of_step(5, LineSection.CHECK))
    assert "Aller les voir" in browser.get("/methode").text
    assert "Aller les voir" not in browser.get("/methode?origine=1").text
    assert session.scalar(select(func.count()).select_from(MethodLine)) > len(original.lines)


def test_what_blocks_and_the_delays_are_kept(director, make, browser, session):
    sent = browser.submit("/reglages/methode", {"proof_meeting": "block", "days_4": "45"})
    assert sent.status_code == 303
    assert session.execute(select(GateRule.proof, GateRule.weight)).all() == [(Proof.MEETING, Weight.BLOCK)]
    assert session.execute(select(StepDelay.step, StepDelay.days)).all() == [(4, 45)]
    rules = queries.rules(session, make.home.id)
    assert (rules.weights[Proof.MEETING], rules.weights[Proof.NEED]) == (Weight.BLOCK, Weight.WARN)
    assert rules.delays == {4: 45, 5: 90, 6: 90, 7: 90}
    refused = browser.submit("/reglages/methode", {"days_4": "0"})
    assert refused.status_code == 422


def test_the_second_of_two_directors_chooses(director, browser, session):
    form = browser.form("/reglages/methode").values
    assert browser.submit("/reglages/methode", {"proof_need": "block"}).status_code == 303
    form["proof_meeting"] = "block"
    assert browser.client.post("/reglages/methode", data=form).status_code == 409
    assert session.scalars(select(GateRule.proof)).all() == [Proof.NEED]


def test_two_structures_do_not_mix(make):
    here, there = make.home, make.structure()
    actor = make.actor(make.user(roles=[Role.DIRECTOR]), roles=[Role.DIRECTOR])
    with make.transaction(actor) as session:
        wanted = queries.rules(session, here.id)
        services.choose(
            session, queries.Rules(wanted.weights | {Proof.NEED: Weight.BLOCK}, wanted.delays, 0), actor=actor
        )
        assert queries.rules(session, there.id).weights[Proof.NEED] is Weight.WARN
