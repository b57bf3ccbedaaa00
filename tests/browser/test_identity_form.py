"""The form of a partner in a real browser: what is proposed under a field, with the keyboard and the finger."""

import pytest
from playwright.sync_api import expect

from crm.partners.enums import ChannelKind, PartnerRoleKind
from crm.partners.models import PartnerChannel, PartnerName, PartnerRole
from crm.partners.reference.models import LegalForm, RomeTrade
from crm.partners.search import sort_key

HOSTILE = "<img src=x onerror=document.title='attaque'>"


@pytest.fixture
def partner(make):
    """A partner with a list of each sort."""
    for code, label in (("G1602", "Personnel de cuisine"), ("G1603", "Personnel polyvalent en restauration")):
        make.add(RomeTrade(code=code, label=label, sort_key=sort_key(label)))
    make.add(LegalForm(code="9220", label="Association déclarée"))
    made = make.partner("Garage du Parc", phone="+33199000007", street="12 rue de l'Église")
    make.follow(made)
    make.add(PartnerName(partner_id=made.id, name=HOSTILE))
    make.add(PartnerChannel(partner_id=made.id, kind=ChannelKind.PHONE, value="+33199001234", label="standard"))
    make.add(PartnerRole(partner_id=made.id, role=PartnerRoleKind.HOST))
    make.partner(f"Groupe {HOSTILE}")
    return made


def test_what_is_proposed_is_taken_with_the_keyboard_and_the_finger(visitor, make, partner):
    visitor.sign_in(make.user())
    page = visitor.page
    visitor.open(f"/partenaires/{partner.public_id}/modifier")
    page.get_by_text("Activité, métiers, taille").click()
    trades = page.get_by_label("Métiers exercés")
    trades.press_sequentially("cuisine")
    page.get_by_role("option", name="Personnel de cuisine").click()
    expect(trades).to_have_value("G1602 Personnel de cuisine")
    form = page.get_by_label("Forme juridique")
    form.press_sequentially("asso")
    page.get_by_role("option", name="Association déclarée").wait_for()
    visitor.look("identity-suggestions")
    form.press("ArrowDown")
    form.press("Enter")
    expect(form).to_have_value("9220 Association déclarée")
    parent = page.get_by_label("Fait partie de")
    parent.press_sequentially("groupe")
    page.get_by_role("listbox", name="Propositions").wait_for()
    parent.press("Escape")
    page.get_by_role("listbox", name="Propositions").wait_for(state="hidden")
    parent.fill("")
    expect(page).not_to_have_title("attaque")
    visitor.look("identity-form")
    page.get_by_role("button", name="Enregistrer les modifications").click()
    page.wait_for_url(f"**/partenaires/{partner.public_id}")
    expect(page.get_by_text("Personnel de cuisine")).to_be_visible()
    expect(page).not_to_have_title("attaque")
    visitor.look("identity-page")
    visitor.open(f"/partenaires/{partner.public_id}/roles")
    visitor.look("identity-roles")
