"""The page of a partner: looked at, and printed as one sheet."""

import io
from datetime import timedelta

import pypdfium2

from crm import clock


def test_the_page_is_one_sheet_of_paper(make, visitor):
    ines = make.user()
    partner = make.partner("Boulangerie Vasseur", sector="Boulangerie", phone="+33199001234", naf_code="10.71C")
    for name in ("Vasseur", "Petit"):
        make.contact(partner, last_name=name, function="Gérance", phone="+33199001235", email="v@exemple.test")
    for number in range(4):
        make.partner(f"Boulangerie {number}", naf_code="10.71C")
    for number in range(30):
        held_at = clock.now() - timedelta(days=3 * number)
        make.interaction(partner, ines, held_at=held_at, report="Deux personnes en avril, plutôt le matin. " * 6)
    make.todo(partner, ines, due_on=clock.today())
    visitor.sign_in(ines)
    visitor.open(f"/partenaires/{partner.public_id}")
    visitor.look("partner-page")
    story, side = visitor.page.locator(".partner__story"), visitor.page.locator(".partner__first")
    beside, below = story.bounding_box(), side.bounding_box()
    if visitor.width == "office":
        assert beside["x"] + beside["width"] <= below["x"], "the story and what is to be done side by side"
    else:
        assert below["y"] < beside["y"], "what is to be done before the story"
    kinds = [one.bounding_box()["height"] for one in visitor.page.locator("a.timeline__kind").all()[:3]]
    assert visitor.width == "office" or min(kinds) >= 44, "a finger opens an exchange"
    paper = visitor.page.pdf(format="A4", prefer_css_page_size=True)
    with pypdfium2.PdfDocument(io.BytesIO(paper)) as document:
        assert len(document) == 1
