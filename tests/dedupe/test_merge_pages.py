"""The screens of merges: side by side, the deed, the way back, what another structure says."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm.access.policy import Role
from crm.dedupe.merging.enums import ProposalState
from crm.dedupe.merging.models import Merge, MergeProposal
from crm.partners.enums import FollowStage
from crm.partners.models import Contact, Partner, PartnerName
from tests.counting import statements
from tests.dedupe.merging_help import comparable, differences, laden
from tests.pages import Browser


def address(*partners):
    return "/doublons/fusionner?" + "&".join(f"ids={one.public_id}" for one in partners)


@pytest.fixture
def pair(make):
    """Two records of one workshop."""
    user = make.user()
    first = laden(make, "Atelier Vasseur", user, siret="73282932000074", siren="732829320")
    make.interaction(first, user)
    return first, laden(make, "ATELIER VASEUR", user, phone="+33199001201", street="3 rue des Lilas")


def test_side_by_side_then_one_then_two_again(make, browser, session, snapshot, pair):
    browser.sign_in(make.user())
    before = comparable(snapshot())
    page = browser.get(address(*pair)).text
    assert "Échanges : 1" in page
    assert "Étiquettes : 1" in page
    assert "suit plusieurs de ces fiches" in page
    assert "01 99 00 12 01" in page
    answer = browser.submit(address(*pair), {"name": "Atelier Vasseur et fils"})
    assert answer.status_code == 303
    kept = session.scalars(
        sa.select(Partner).where(Partner.merged_into_id.is_(None), Partner.name.contains("fils"))
    ).one()
    assert answer.location == f"/partenaires/{kept.public_id}"
    assert set(session.scalars(sa.select(PartnerName.name))) == {"Ancien nom", "Atelier Vasseur", "ATELIER VASEUR"}
    shown = browser.get(answer.location).text
    assert "Annuler la fusion" in shown
    merged = session.scalars(sa.select(Merge)).one()
    assert "ATELIER VASEUR" in browser.get("/doublons/fusions").text
    undone = browser.submit(
        f"/doublons/fusions/{merged.public_id}", {}, action=f"/doublons/fusions/{merged.public_id}/annuler"
    )
    assert undone.location == f"/doublons/fusions/{merged.public_id}"
    now = comparable(snapshot()) | {"form_submissions": before["form_submissions"]}
    assert differences(before, now) == []


def test_the_story_of_what_was_merged_goes_on(make, browser, session, pair):
    first, second = pair
    user = make.user(first_name="Sonia", last_name="Vidal")
    with make.transaction(make.actor(user)) as writing:
        writing.get(Partner, second.id).sector = "Menuiserie"
    browser.sign_in(make.user())
    where = f"/partenaires/{first.public_id}?fil=modifications"
    before = browser.get(where).text.count("Sonia Vidal")  # a colleague, offered elsewhere on the page
    browser.submit(address(first, second), {})
    assert browser.get(where).text.count("Sonia Vidal") > before


def test_old_addresses_lead_to_what_remains(make, browser, pair):
    first, second = pair
    browser.sign_in(make.user())
    browser.submit(address(first, second), {})
    answer = browser.get(f"/partenaires/{second.public_id}?fil=echanges")
    assert (answer.status_code, answer.location) == (308, f"/partenaires/{first.public_id}?fil=echanges")
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get(f"/partenaires/{second.public_id}/modifier").status_code == 308


def test_a_form_opened_before_shows_what_was_typed(make, browser, session, pair):
    first, second = pair
    browser.sign_in(make.user())
    opened = browser.form(f"/partenaires/{second.public_id}/modifier")
    browser.submit(address(first, second), {})
    answer = browser.client.post(
        f"/partenaires/{second.public_id}/modifier", data=opened.values | {"name": "Un autre nom"}
    )
    assert answer.status_code == 409
    assert "Un autre nom" in answer.text
    assert "Un autre nom" not in session.scalars(sa.select(Partner.name)).all()


def test_what_cannot_be_read_is_said_beside_its_field(make, browser, snapshot, pair):
    browser.sign_in(make.user())
    browser.get(address(*pair))
    before = snapshot()
    answer = browser.submit(address(*pair), {"phone": "douze", "name": ""})
    assert answer.status_code == 422
    assert "douze" in answer.text
    assert snapshot() == before


def test_what_changed_meanwhile_is_shown_again(make, browser, session, snapshot, pair):
    browser.sign_in(make.user())
    opened = browser.form(address(*pair))
    with make.transaction() as writing:
        writing.get(Partner, pair[1].id).sector = "Boulangerie"
    before = snapshot()
    answer = browser.client.post(address(*pair), data=opened.values)
    assert answer.status_code == 409
    assert "Boulangerie" in answer.text
    assert snapshot() == before


def test_two_people_and_overlapping_records(make, browser, app, session, pair):
    """The second is told by whom it was done, and nothing of theirs is."""
    third = make.partner("Atelier Vasseur Antony")
    other = Browser(app)
    browser.sign_in(make.user())
    other.sign_in(make.user())
    late = other.form(address(pair[1], third))
    browser.submit(address(*pair), {})
    answer = other.client.post(address(pair[1], third), data=late.values)
    assert answer.status_code == 409
    assert "vient d&#39;être fusionnée" in answer.text
    assert session.get(Partner, third.id).binned_at is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 1


def test_another_structure_is_asked(make, browser, app, session, snapshot, pair):
    there = make.structure("Les Jardins du Val")
    make.follow(pair[1], structure=there, stage=FollowStage.FOLLOWED)
    browser.sign_in(make.user())
    assert "Les Jardins du Val" in browser.get(address(*pair)).text
    answer = browser.submit(address(*pair), {})
    proposal = session.scalars(sa.select(MergeProposal)).one()
    assert answer.location == f"/doublons/propositions/{proposal.public_id}"
    assert session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 0
    other = Browser(app)
    other.sign_in(make.user(roles=[Role.DIRECTOR], structure=there))
    page = other.get(answer.location).text
    assert "Atelier Vasseur" in page
    assert "Les Ateliers de la Bièvre" in page
    other.submit(answer.location, {"answer": "yes"}, action=f"{answer.location}/repondre")
    assert session.scalars(sa.select(MergeProposal.state)).one() is ProposalState.DONE
    merged = session.scalars(sa.select(Merge)).one()
    assert merged.structure_id == make.home.id
    assert session.get(Partner, pair[1].id).merged_into_id == pair[0].id


def test_a_refusal_has_its_reason_and_changes_nothing(make, browser, app, session, pair):
    there = make.structure("Les Jardins du Val")
    someone = make.user(structure=there)
    make.todo(pair[1], someone, due_on=date(2026, 12, 1), structure=there)
    browser.sign_in(make.user())
    where = browser.submit(address(*pair), {}).location
    other = Browser(app)
    other.sign_in(someone)
    assert other.submit(where, {"answer": "no", "reason": ""}, action=f"{where}/repondre").status_code == 422
    assert other.submit(where, {"answer": "no", "reason": "Deux sites."}, action=f"{where}/repondre").status_code == 303
    assert "Deux sites." in browser.get(where).text
    assert session.scalars(sa.select(MergeProposal.state)).one() is ProposalState.REFUSED
    assert session.get(Partner, pair[1].id).merged_into_id is None


def test_a_proposal_that_is_out_of_date_is_said_so(make, browser, app, session, pair):
    there = make.structure("Les Jardins du Val")
    make.follow(pair[1], structure=there)
    browser.sign_in(make.user())
    where = browser.submit(address(*pair), {}).location
    with make.transaction() as writing:
        writing.get(Partner, pair[0].id).sector = "Boulangerie"
    other = Browser(app)
    other.sign_in(make.user(structure=there))
    other.submit(where, {"answer": "yes"}, action=f"{where}/repondre")
    assert session.scalars(sa.select(MergeProposal.state)).one() is ProposalState.STALE
    assert session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 0


def test_the_page_costs_the_same_for_two_and_for_six(make, browser, app):
    user = make.user()
    partners = [laden(make, f"Atelier Vasseur {number}", user) for number in range(6)]
    browser.sign_in(user)
    browser.get(address(*partners[:2]))
    counts = []
    for some in (partners[:2], partners):
        with statements(app) as counted:
            assert browser.get(address(*some)).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_contacts_met_twice_are_announced(make, browser):
    first, second = make.partner("Atelier"), make.partner("Atelier SARL")
    for partner in (first, second):
        make.contact(partner, first_name="Claire", last_name="Moreau")
    browser.sign_in(make.user())
    assert "Claire Moreau" in browser.get(address(first, second)).text


def test_main_contacts_and_hostile_names(make, browser, session):
    first, second = make.partner("<b>Atelier</b>"), make.partner("%(name)s {{ 7*7 }}")
    for partner in (first, second):
        make.contact(partner, is_main=True)
    browser.sign_in(make.user())
    page = browser.get(address(first, second)).text
    assert "<b>Atelier</b>" not in page
    assert browser.submit(address(first, second), {}).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact).where(Contact.is_main)) == 1
