"""Links for the tests: made as the services make them, then followed as a person does."""

from datetime import datetime
from typing import Any

from werkzeug.test import TestResponse

from crm import clock
from crm.access.policy import Actor, Role
from crm.accounts.links import services as links
from crm.accounts.links.services import Made
from crm.accounts.models import User
from tests.factories import Factory
from tests.pages import Browser

CHOSEN = "quatre mots pris au hasard : ruche, tournevis"


def path_of(made: Made) -> str:
    """The path of a link that was shown."""
    assert made.url is not None
    return "/" + made.url.split("/", 3)[3]


def director(make: Factory) -> Actor:
    """A director of the first structure."""
    return make.actor(make.user(roles=[Role.DIRECTOR]), roles=[Role.DIRECTOR])


def invited(make: Factory, email: str = "nouvelle@exemple.test", **values: Any) -> Made:
    """Somebody new, invited by a director."""
    given: dict[str, Any] = {
        "email": email,
        "first_name": "Lila",
        "last_name": "Morin",
        "roles": [Role.DEVELOPER],
        "actor": values.pop("actor", None) or director(make),
        "now": clock.now(),
    } | values
    with make.transaction(given["actor"], given["now"]) as session:
        return links.invite(session, **given)


def reset_of(make: Factory, user: User, *, now: datetime | None = None) -> Made:
    """A link that a director has made for somebody."""
    actor, now = director(make), now or clock.now()
    with make.transaction(actor, now) as session:
        return links.offer_reset(session, session.get_one(User, user.id), actor=actor, now=now)


def choose(
    browser: Browser, path: str, password: str = CHOSEN, again: str | None = None, **kwargs: Any
) -> TestResponse:
    """Open the page of a link and choose a password there."""
    typed = {"password": password, "password_again": password if again is None else again}
    return browser.submit(path, typed, **kwargs)
