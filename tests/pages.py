"""A visitor without JavaScript: opens pages, finds their forms, fills them and sends them."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm import clock
from crm.accounts.models import OpenSession, Structure, User
from crm.db import transaction
from crm.web.application import Application
from crm.web.sessions import key_of
from tests.factories import PASSWORD, SYSTEM


@dataclass
class PageForm:
    """A form of a page: where it goes and what it holds before anything is typed."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(PageForm(given.get("action") or "", (given.get("method") or "get").lower()))
        if not self.forms:
            return
        values, name = self.forms[-1].values, given.get("name") or ""
        if tag == "input" and name:
            if given.get("type") in {"checkbox", "radio"}:
                if "checked" in given:
                    values[name] = given.get("value") or "y"
            else:
                values[name] = given.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in values):
            values[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._area, values[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self.forms:
            self.forms[-1].values[self._area] += data.removeprefix("\n")


def forms_of(html: str) -> list[PageForm]:
    """Every form of a page."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class Browser:
    """One visitor, with one cookie jar."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def sign_in(self, user: User, password: str = PASSWORD) -> TestResponse:
        """Sign in through the page."""
        return self.submit("/connexion", {"email": user.email, "password": password})

    def enter(self, user: User, structure: Structure, *, now: datetime | None = None) -> None:
        """Open a session without the page nor its slow hash, for tests that are about something else."""
        token = secrets.token_urlsafe(32)
        row = OpenSession(
            token_hash=key_of(token),
            user_id=user.id,
            structure_id=structure.id,
            payload=json.dumps({"_user_id": str(user.id), "_fresh": True, "structure_id": structure.id}),
            created_at=now or clock.now(),
            seen_at=now or clock.now(),
            confirmed_at=now or clock.now(),
        )
        with self.app.app_context(), transaction(actor=SYSTEM, now=clock.now()) as session:
            session.add(row)
        self.client.set_cookie("passerelle", token)

    def get(self, url: str, **kwargs: Any) -> TestResponse:
        """Open a page, or an asset whose file is closed at once."""
        response = self.client.get(url, **kwargs)
        response.get_data()
        response.close()
        return response

    def form(self, url: str, *, action: str | None = None) -> PageForm:
        """The form of that page which posts to `action` (default: the page itself)."""
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code, response.text[:500])
        wanted = action or url
        for form in forms_of(response.text):
            if form.method == "post" and (form.action or url).split("?")[0] == wanted.split("?")[0]:
                return form
        raise AssertionError(f"{url} has no form posting to {wanted}")

    def submit(self, url: str, typed: dict[str, Any], *, action: str | None = None, **kwargs: Any) -> TestResponse:
        """Open a page, fill its form, send it."""
        form = self.form(url, action=action)
        return self.client.post(action or form.action or url, data=form.values | typed, **kwargs)
