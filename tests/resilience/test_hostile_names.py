"""
A company may be called anything: on every page its name is text, never markup, never a format, never a fault.

The pages are those of the matrix, so that each new one is looked at without anybody thinking of it.
"""

from html.parser import HTMLParser
from typing import Any

import pytest

from crm.access.policy import GRANTS, Role
from crm.partners.models import Contact, Partner
from tests.access.test_matrix import NAMED, ROUTES, address
from tests.factories import Factory

MARKUP = "<img src=x onerror=alert(1)>"
NAMES = (
    MARKUP,
    '"><script>alert(1)</script>',
    "=1+1",
    "L'amie > caline !",
    "%(name)s {0} {{ 7 * 7 }}",
    "javascript:alert(1)//'\"`",
    "\U0001f980" * 200,
)
PAGES = [route for route in ROUTES if route[1] == "GET"]


class HostileFactory(Factory):
    """Gives this name to every partner, and to the people met there."""

    hostile: str = ""

    def partner(self, name: str = "", **values: Any) -> Partner:
        """A partner whose every free text is hostile."""
        texts = {"trade_name": self.hostile[:200], "sector": self.hostile[:200], "street": self.hostile[:200]}
        return super().partner(name or self.hostile, **texts | values)

    def contact(self, partner: Partner, **values: Any) -> Contact:
        """A contact whose every free text is hostile."""
        text = self.hostile[:80]
        return super().contact(partner, **{"last_name": text, "first_name": text, "function": text} | values)


class _Tags(HTMLParser):
    """What a browser would run: handlers, scripts that are not files, addresses that are programs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what runs."""
        given = dict(attrs)
        if tag == "script" and not given.get("src"):
            self.found.append("<script>")
        if tag == "img" and given.get("src") == "x":
            self.found.append("<img src=x>")
        self.found += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.found += [
            f"{tag} {name}={value}"
            for name, value in given.items()
            if name in {"href", "src", "action", "formaction"}
            and (value or "").strip().lower().startswith("javascript:")
        ]


def what_runs(html: str) -> list[str]:
    """Everything of a page that a browser would run and that is not one of our files."""
    tags = _Tags()
    tags.feed(html)
    return tags.found


def test_the_reader_of_pages_sees_what_runs():
    assert what_runs(MARKUP) == ["<img src=x>", "img onerror"]
    assert what_runs('<a href=" JavaScript:alert(1)">x</a><script>1</script>') == [
        "a href= JavaScript:alert(1)",
        "<script>",
    ]
    assert what_runs("&lt;img src=x onerror=alert(1)&gt;<script src='/a.js'></script>") == []


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_page_takes_a_name_for_anything_else_than_text(app, browser, name):
    make = HostileFactory(app)
    make.hostile = name
    roles = [role for role in Role if GRANTS[role]]
    user = make.user(roles=roles)
    partner = make.partner()
    make.follow(partner, owner_id=user.id, source=name[:200])
    contact = make.contact(partner, is_main=True)
    make.interaction(partner, user, contact_id=contact.id, report=name)
    makers = {NAMED[endpoint][0] for endpoint, *_ in PAGES if endpoint in NAMED}
    made = {maker: maker(make, make.home, user) for maker in makers}
    named = {endpoint: made[NAMED[endpoint][0]] for endpoint, *_ in PAGES if endpoint in NAMED}
    browser.enter(user, make.home)
    seen = 0
    for endpoint, _method, rule, _right in PAGES:
        answer = browser.get(address(rule, named.get(endpoint, "")), query_string={"q": name, "name": name})
        assert answer.status_code < 500, (endpoint, answer.status_code)
        if answer.mimetype == "text/html":
            assert what_runs(answer.text) == [], endpoint
            seen += 1
    assert seen > 10


def test_the_page_shows_the_name_as_it_is(app, browser):
    make = HostileFactory(app)
    make.hostile = MARKUP
    user = make.user(roles=[Role.DIRECTOR])
    partner = make.partner()
    browser.enter(user, make.home)
    for url in ("/partenaires", f"/partenaires/{partner.public_id}"):
        assert "&lt;img src=x onerror=alert(1)&gt;" in browser.get(url).text


def test_300_emoji_are_refused_in_one_sentence_and_kept(app, browser, make, session):
    browser.enter(make.user(roles=[Role.DIRECTOR]), make.home)
    many = "\U0001f980" * 300
    answer = browser.submit("/partenaires/nouveau", {"name": many, "kind": "company"})
    assert answer.status_code == 422
    assert "200 caractères au plus" in answer.text
    assert many in answer.text
    assert session.query(Partner).count() == 0
