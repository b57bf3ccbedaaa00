"""The page of one partner."""


def test_the_page_opens(make, browser):
    ines = make.user()
    partner = make.partner("Garage du Parc", naf_code="45.20A", sector="Automobile")
    make.partner("Garage de la Gare", naf_code="45.20A")
    make.interaction(partner, ines, report="Deux postes en avril")
    browser.enter(ines, make.home)
    page = browser.get(f"/partenaires/{partner.public_id}")
    assert page.status_code == 200
    assert "Deux postes en avril" in page.text
    assert "Garage de la Gare" in page.text
