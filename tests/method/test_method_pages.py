"""The screens of projects and partnerships, without JavaScript: each once, with what it refuses."""

from datetime import date

import pypdfium2
import pytest
from pypdfium2 import raw
from sqlalchemy import func, select

from crm.access.policy import Role
from crm.interactions.models import Interaction
from crm.method.enums import CardState, Outcome, Proof
from crm.method.models import Initiative, Partnership, Transition, TransitionProof
from crm.method.partnerships.models import Action, ActionFactor, BudgetLine, Evidence, Indicator, RoadmapItem
from crm.method.projects.models import Finding, Listening, Strategy, StrategyAction
from crm.partners.models import Contact, Follow, Need
from crm.partners.reference.enums import SizeClass
from tests.factories import THEN


@pytest.fixture
def director(make, browser):
    user = make.user(roles=[Role.DEVELOPER, Role.DIRECTOR])
    browser.enter(user, make.home)
    return user


def a_project(browser, session, title="Bâtiment au sud"):
    assert (
        browser.submit("/projets/nouveau", {"title": title, "places": "Antonypole, zone d'activités"}).status_code
        == 303
    )
    return session.scalars(select(Initiative.public_id).order_by(Initiative.id.desc()).limit(1)).one()


def a_partnership(browser, session, partner, project):
    sent = browser.submit(f"/partenaires/{partner.public_id}/projet", {"project": project, "step": "4"})
    assert sent.status_code == 303
    return session.scalars(select(Partnership.public_id).order_by(Partnership.id.desc()).limit(1)).one()


def add(browser, card, what, typed):
    sent = browser.submit(f"{card}/ajouter?quoi={what}", typed)
    assert sent.status_code == 303, sent.text
    return sent


def test_an_empty_list_says_what_to_do_first(director, browser):
    page = browser.get("/projets").text
    assert "Aucun projet pour l'instant" in page
    assert "Nouveau projet" in page


def test_a_project_from_its_title_to_its_approval(director, browser, session):
    """Steps 1 to 3 by their own screens; the crossed table shows the four quarters."""
    public_id = a_project(browser, session)
    here = f"/projets/{public_id}"
    for kind, source in (("opportunity", "INSEE"), ("threat", "DREETS"), ("strength", ""), ("weakness", "")):
        add(browser, here, "constat", {"kind": kind, "wording": f"un constat : {kind}", "source": source})
    add(browser, here, "ecoute", {"kind": "interview", "who": "la mairie", "held_on": "2026-11-20"})
    assert browser.submit(f"{here}/debat", {"debated_on": "2026-11-20", "debated_with": "le CA"}).status_code == 303
    texts = {
        "offer": "des renforts",
        "difference": "la proximité",
        "resources": "une encadrante",
        "first": "job_dating",
    }
    assert browser.submit(f"{here}/strategie", texts).status_code == 303
    sent = browser.submit(f"{here}/valider", {"approved_by": "le bureau", "approved_on": "2026-11-21"})
    assert sent.status_code == 303
    for step in (2, 3, 4):
        assert browser.submit(f"/cartes/{public_id}/avancer", {}).status_code == 303
        assert session.scalars(select(Initiative.step)).one() == step
    assert session.scalars(select(TransitionProof)).all() == []
    page = browser.get(here).text
    for words in ("un constat : threat", "Étapes 1 à 3 passées", "la mairie", "des renforts", "Validé par le bureau"):
        assert words in page
    table = browser.get(f"{here}/swot").text
    assert all(f"un constat : {kind}" in table for kind in ("opportunity", "threat", "strength", "weakness"))


def test_a_move_asks_only_for_what_lacks_and_finishes(director, browser, session):
    """What was typed stays when something else lacks; nothing of it was written."""
    public_id = a_project(browser, session)
    here = f"/cartes/{public_id}/avancer"
    asked = browser.form(here).values
    assert {"opportunity", "threat", "listening"} <= set(asked)
    assert not {"sector", "pilot"} & set(asked)  # the place and the pilot are there
    partial = browser.submit(here, {"opportunity": "un chantier", "opportunity_source": "la mairie"})
    assert partial.status_code == 422
    assert "un chantier" in partial.text
    assert session.scalars(select(Finding)).all() == []
    typed = {
        "opportunity": "un chantier",
        "opportunity_source": "la mairie",
        "threat": "des délais",
        "threat_source": "un élu",
        "listening": "Mme Arnal",
    }
    assert browser.submit(here, typed).status_code == 303
    assert session.scalars(select(Initiative.step)).one() == 2
    assert session.scalar(select(func.count()).select_from(Finding)) == 2
    assert session.scalars(select(Listening.who)).all() == ["Mme Arnal"]


def test_three_ways_on_and_the_undo(director, make, browser, session):
    public_id = a_project(browser, session)
    here = f"/cartes/{public_id}/avancer"
    assert browser.submit(here, {"how": "override"}).status_code == 422  # no reason
    assert browser.submit(here, {"how": "accept"}).status_code == 303
    sent = browser.submit(here, {"how": "override", "reason": "Le préfet attend."})
    assert sent.status_code == 303
    outcomes = set(session.scalars(select(TransitionProof.outcome)))
    assert outcomes == {Outcome.WARNED, Outcome.OVERRIDDEN}
    page = browser.get(f"/projets/{public_id}").text
    assert "Le préfet attend." in page
    undone = browser.submit(f"/projets/{public_id}", {}, action=f"/cartes/{public_id}/annuler")
    assert undone.status_code == 303
    assert session.scalars(select(Initiative.step)).one() == 2
    assert "Le préfet attend." in browser.get(f"/projets/{public_id}").text  # for ever


def test_the_short_way_carries_a_very_small_company_in_one_visit(director, make, browser, session):
    """From 4 to 7 on one screen: each field writes its own thing, and nothing was passed over."""
    project = a_project(browser, session)
    partner = make.partner("Boulangerie Vasseur", size=SizeClass.VERY_SMALL)
    public_id = a_partnership(browser, session, partner, project)
    page = browser.get(f"/partenariats/{public_id}").text
    assert "Voie courte" in page
    form = browser.get(f"/cartes/{public_id}/avancer?vers=7").text
    assert 'value="charter"' not in form  # a very small company signs no charter
    typed = {
        "report": "Deux postes en avril.",
        "decider": "Claire Vasseur",
        "decider_function": "gérante",
        "need": "deux vendeurs",
        "need_kind": "hr",
        "willingness": "interested",
        "what": "envoyer deux profils",
        "due_on": "2026-12-15",
        "without_budget": "y",
        "agreed_by": "Claire Vasseur",
        "signed_kind": "quote",
        "their_pilot": "Claire Vasseur",
        "indicator": "embauches",
        "indicator_target": "1",
        "launched": "Immersion de deux personnes",
        "launched_kind": "immersion_decouverte",
    }
    sent = browser.submit(f"/cartes/{public_id}/avancer?vers=7", typed)
    assert sent.status_code == 303, sent.text
    card = session.scalars(select(Partnership)).one()
    assert (card.step, card.without_budget, card.agreed_by, card.their_pilot) == (
        7,
        True,
        "Claire Vasseur",
        "Claire Vasseur",
    )
    assert session.scalars(select(Interaction.report)).one() == "Deux postes en avril."
    assert session.scalars(select(Contact.last_name)).one() == "Vasseur"
    assert session.scalars(select(Need.wording)).one() == "deux vendeurs"
    assert session.scalars(select(Follow.willingness)).one().value == "interested"
    for model in (RoadmapItem, Evidence, Indicator, Action):
        assert session.scalar(select(func.count()).select_from(model)) == 1
    assert set(session.scalars(select(TransitionProof.proof))) == {Proof.STRATEGY_PASSED}  # of the entrance
    page = browser.get(f"/partenariats/{public_id}").text
    assert "Immersion de deux personnes" in page
    assert "Avancé à l'étape 7 · Faire vivre" in page
    story = browser.get(f"/partenaires/{partner.public_id}").text
    assert "Bâtiment au sud" in story
    assert "Avancé à l'étape 7 · Faire vivre" in story


def test_a_partner_is_taken_over_under_the_portfolio(director, make, browser, session):
    partner = make.partner()
    typed = {"project": "portefeuille", "step": "6", "taken_over_on": "2024-05-02"}
    assert browser.submit(f"/partenaires/{partner.public_id}/projet", typed).status_code == 303
    card = session.scalars(select(Partnership)).one()
    assert (card.step, card.taken_over_on) == (6, date(2024, 5, 2))
    page = browser.get(f"/partenariats/{card.public_id}").text
    assert "repris le 02/05/2024" in page
    again = browser.submit(f"/partenaires/{partner.public_id}/projet", typed)
    assert again.location.endswith(f"/partenariats/{card.public_id}")
    undone = browser.submit(f"/partenariats/{card.public_id}", {}, action=f"/cartes/{card.public_id}/annuler")
    assert undone.location.endswith(f"/partenaires/{partner.public_id}")
    assert session.scalars(select(Partnership.state)).one() is CardState.WITHDRAWN
    assert "Aucun partenariat pour l'instant" in browser.get(f"/partenaires/{partner.public_id}").text


def test_back_pause_and_abandon_say_what_they_need(director, make, browser, session):
    public_id = a_partnership(browser, session, make.partner(), a_project(browser, session))
    assert browser.submit(f"/cartes/{public_id}/avancer", {"how": "accept"}).status_code == 303
    here = f"/cartes/{public_id}/changer"
    before = session.scalar(select(func.count()).select_from(Transition))
    refused = browser.submit(here, {"kind": "back", "step": "4"})
    assert refused.status_code == 422
    assert "revenir en arrière demande une raison" in refused.text
    assert browser.submit(here, {"kind": "paused", "until": "2020-01-01"}).status_code == 422
    assert browser.submit(here, {"kind": "abandoned"}).status_code == 422
    assert session.scalar(select(func.count()).select_from(Transition)) == before
    assert browser.submit(here, {"kind": "back", "step": "4", "reason": "Le décideur est parti."}).status_code == 303
    assert session.scalars(select(Partnership.step)).one() == 4
    assert browser.submit(here, {"kind": "paused", "until": "2030-03-01"}).status_code == 303
    assert "en pause jusqu'au 01/03/2030" in browser.get(f"/partenariats/{public_id}").text


def test_parts_are_written_changed_taken_away_and_back(director, make, browser, session):
    public_id = a_partnership(browser, session, make.partner(), a_project(browser, session))
    here = f"/partenariats/{public_id}"
    add(browser, here, "budget", {"side": "funding", "wording": "FDI", "funder": "DREETS", "planned": "1 234,50"})
    line = session.scalars(select(BudgetLine)).one()
    assert line.planned_cents == 123450
    assert "1 234,50" in browser.get(here).text.replace("\u202f", " ").replace("\u00a0", " ")
    wrong = browser.submit(f"/projets/elements/{line.public_id}/modifier", {"planned": "beaucoup"})
    assert wrong.status_code == 422
    assert "beaucoup" in wrong.text
    assert browser.submit(f"/projets/elements/{line.public_id}/modifier", {"planned": "2000"}).status_code == 303
    removed = browser.submit(
        f"/projets/elements/{line.public_id}/modifier", {}, action=f"/projets/elements/{line.public_id}/retirer"
    )
    assert removed.status_code == 303
    assert session.scalars(select(BudgetLine)).all() == []
    undone = browser.submit(here, {}, action=f"{here}/ajouter?quoi=budget")
    assert undone.status_code == 303
    assert session.scalars(select(BudgetLine.planned_cents)).all() == [200000]


def test_an_email_is_evidence_only_when_it_is_there(director, make, browser, session):
    public_id = a_partnership(browser, session, make.partner(), a_project(browser, session))
    typed = {"kind": "email", "signed_on": "2026-11-20"}
    refused = browser.submit(f"/partenariats/{public_id}/ajouter?quoi=engagement", typed)
    assert refused.status_code == 422
    assert "notez-le d" in refused.text


def test_two_editors_of_a_project_choose_field_by_field(director, make, browser, session):
    public_id = a_project(browser, session)
    form = browser.form(f"/projets/{public_id}/modifier").values
    assert browser.submit(f"/projets/{public_id}/modifier", {"title": "Bâtiment"}).status_code == 303
    form["sector"] = "bâtiment"
    sent = browser.client.post(f"/projets/{public_id}/modifier", data=form)
    assert sent.status_code == 409
    assert "Bâtiment au sud" in sent.text


def test_a_counsellor_adds_actions_and_nothing_else(make, browser, session):
    dev, counsellor = make.user(), make.user(roles=[Role.COUNSELLOR])
    browser.enter(dev, make.home)
    public_id = a_partnership(browser, session, make.partner(), a_project(browser, session))
    browser.enter(counsellor, make.home)
    here = f"/partenariats/{public_id}/ajouter"
    page = browser.get(here).text
    assert "quoi=action" in page
    assert "quoi=feuille-de-route" not in page
    assert add(
        browser,
        f"/partenariats/{public_id}",
        "action",
        {"kind": "job_dating", "title": "Job dating", "state": "planned"},
    )
    assert session.scalars(select(Action.title)).all() == ["Job dating"]
    assert session.scalars(select(ActionFactor)).all() == []


def test_a_project_is_taken_elsewhere(director, browser, session):
    public_id = a_project(browser, session)
    assert browser.submit(f"/projets/{public_id}/strategie", {"offer": "o", "first": "forum"}).status_code == 303
    assert browser.submit(f"/projets/{public_id}/copier", {"title": "Bâtiment au nord"}).status_code == 303
    assert session.scalars(select(Initiative.title).order_by(Initiative.id)).all() == [
        "Bâtiment au sud",
        "Bâtiment au nord",
    ]
    assert session.scalars(select(Strategy.offer)).all() == ["o", "o"]
    assert session.scalar(select(func.count()).select_from(StrategyAction)) == 2


def test_the_screens_speak_english(director, make, browser, session):
    public_id = a_partnership(browser, session, make.partner(), a_project(browser, session))
    browser.submit("/projets", {"language": "en"}, action="/langue")
    page = browser.get(f"/partenariats/{public_id}").text
    assert "Move to step 5" in page
    assert "Entered at step 4 · Talk" in page
    assert "Roadmap" in browser.get(f"/partenariats/{public_id}/feuille-de-route").text


def test_hostile_names_stay_text(director, make, browser, session):
    partner = make.partner("<script>alert(1)</script> & {{ 7*7 }}")
    public_id = a_partnership(browser, session, partner, a_project(browser, session, "<b>titre</b>"))
    page = browser.get(f"/partenariats/{public_id}").text
    assert "<script>alert(1)" not in page
    assert "<b>titre" not in page
    assert "{{ 7*7 }}" in page


def test_the_papers_open_are_tagged_and_hold_no_markup(director, make, browser, session):
    partner = make.partner("Garage #strong[du Parc] <b>&</b> $x$")
    project = a_project(browser, session, "Bâtiment *gras* #include")
    add(
        browser,
        f"/projets/{project}",
        "constat",
        {"kind": "threat", "wording": "des délais _longs_", "source": "INSEE"},
    )
    public_id = a_partnership(browser, session, partner, project)
    key = session.scalars(select(Partnership.id)).one()
    make.add(RoadmapItem(partnership_id=key, what="envoyer #deux profils", created_at=THEN))
    table = ["Bâtiment *gras* #include", "des délais _longs_ (INSEE)", "Opportunité"]
    line = ["Garage #strong[du Parc] <b>&</b> $x$", "envoyer #deux profils"]
    for address, words in (
        (f"/projets/{project}/swot.pdf", table),
        (f"/partenariats/{public_id}/feuille-de-route.pdf", line),
    ):
        content = browser.get(address).data
        document = pypdfium2.PdfDocument(content)
        text = " ".join(document[0].get_textpage().get_text_range().split())
        assert raw.FPDFCatalog_IsTagged(document.raw)
        assert b"pdfuaid" in content
        for word in words:
            assert word in text
