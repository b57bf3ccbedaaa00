"""Planted faults: browser tests that read, look or leave before the page is there."""

from tests.architecture.browsing import check_browser_tests_wait
from tests.architecture.planting import Case

_HURRIED = """\
    def test_hurried(visitor, session, partner):
        page = visitor.page
        page.get_by_text("Suivi").click()
        assert page.get_by_text("marché").is_visible()
        assert page.locator("input").input_value() == "x"
        page.get_by_role("button", name="Annuler").click()
        page.wait_for_load_state()
        assert session.scalar(sa.select(Partner.name)) == "x"
        page.get_by_text("Suivi").click()
        visitor.look("suivi")
        page.get_by_label("Nom").press("Enter")
        visitor.open("/partenaires")
        for name in ("a", "b"):
            page.get_by_text(name).click()
        found = session.scalars(sa.select(Partner)).all()
        page.wait_for_timeout(500)
        with page.expect_download():
            page.get_by_text("Exporter").click()
        assert found
"""

_PATIENT = """\
    def test_patient(visitor, another, session):
        page = visitor.page
        page.get_by_role("button", name="Annuler").click()
        expect(page.get_by_text("comme avant")).to_be_visible()
        assert session.scalar(sa.select(Partner.name)) == "x"
        page.get_by_text("Suivi").click()
        page.get_by_label("Étiquettes").fill("x")
        page.wait_for_url("**/partenaires")
        visitor.look("liste")
        name = page.get_by_role("heading").inner_text()
        assert name == "x"
        page.get_by_text("Suite").click()
        page.wait_for_load_state("networkidle")
        assert kept_in(page) == [0, False]

    def signs_in(visitor):
        visitor.page.get_by_role("button").click()
"""

CASES = [
    Case(
        check_browser_tests_wait,
        "too_early",
        {
            "tests/browser/test_a.py": _HURRIED,
            "tests/browser/test_b.py": _PATIENT,
            "tests/partners/test_c.py": _HURRIED,
        },
        (
            "tests/browser/test_a.py:4: assert reads .is_visible() at once",
            "tests/browser/test_a.py:4: assert right after the action of line 3",
            "tests/browser/test_a.py:5: assert reads .input_value() at once",
            "tests/browser/test_a.py:7: page.wait_for_load_state() waits for nothing",
            "tests/browser/test_a.py:8: the database right after the action of line 6",
            "tests/browser/test_a.py:10: .look() right after the action of line 9",
            "tests/browser/test_a.py:12: .open() right after the action of line 11",
            "tests/browser/test_a.py:15: the database right after the action of line 14",
            "tests/browser/test_a.py:16: page.wait_for_timeout(500) waits for nothing",
        ),
    ),
]
