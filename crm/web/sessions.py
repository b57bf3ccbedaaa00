"""
Server-side sessions: the cookie holds a random value, the database its hash.

The store is given by the accounts (this base imports no domain). Its reads and writes run outside the request's
transaction: what a request refuses must not undo a sign-out, and a session write must never wait for a business one.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from flask import Flask, Request, Response, request
from flask import session as flask_session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from crm import clock

#: Addresses that never look at who is there.
ASSET_PATHS = ("/static/", "/bootstrap/", "/healthz", "/favicon.ico")
_serializer = TaggedJSONSerializer()


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    A live session as the store found it: what Flask kept, when it was last seen, and the account, if any.

    `lasting` is how long its cookie should outlive the browser; None: not at all.
    """

    payload: str
    seen_at: datetime
    account: Any
    device_id: int | None
    confirmed_at: datetime | None
    opened_at: datetime
    lasting: timedelta | None


@dataclass(frozen=True, slots=True)
class Kept:
    """
    What the store is asked to keep of a session.

    `confirmed_at` is when the password was last given in it; `opened_at` when its person signed in, None for now;
    `browser` what the browser calls itself.
    """

    payload: str
    user_id: int | None
    structure_id: int | None
    device_id: int | None
    confirmed_at: datetime | None
    opened_at: datetime | None
    browser: str


class SessionStore(Protocol):
    """Where sessions live. `key` is the SHA-256 of the cookie's value (32 bytes)."""

    def load(self, key: bytes, *, now: datetime, idle: timedelta, absolute: timedelta) -> Loaded | None:
        """The live session of that key; None when unknown, idle too long, too old, or of a disabled account."""

    def create(self, key: bytes, kept: Kept, *, now: datetime) -> None:
        """Store a new session."""

    def update(self, key: bytes, kept: Kept | None, *, now: datetime) -> None:
        """Touch a session, and replace what it holds unless `kept` is None."""

    def delete(self, key: bytes) -> bool:
        """Forget a session; whether there was one."""


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What Flask sees. `renew()` gives it a new identifier at the end of the request."""

    def __init__(self, initial: dict[str, Any] | None = None, *, token: str | None = None) -> None:
        def on_update(session: "ServerSession") -> None:
            session.modified = True

        super().__init__(initial, on_update)
        self.modified = False
        self.token = token
        self.seen_at: datetime | None = None
        self.opened_at: datetime | None = None
        self.account: Any = None
        self.device_id: int | None = None
        self.confirmed_at: datetime | None = None
        self.lasting: timedelta | None = None
        self.renewed = False

    @property
    def goes_on(self) -> bool:
        """Whether the person who opened this session is still in it; `opened_at` is None for who just signed in."""
        same = self.account is not None and self.account.get_id() == self.get("_user_id")
        return same and self.opened_at is not None

    def confirm(self, now: datetime) -> None:
        """Note that the password was just given."""
        self.confirmed_at = now
        self.modified = True

    def bind(self, device_id: int | None, *, lasting: timedelta | None = None) -> None:
        """Tie the session to a device; `lasting` keeps its cookie after the browser is closed."""
        self.device_id, self.lasting = device_id, lasting
        self.modified = True

    def renew(self) -> None:
        """Ask for a new identifier: at sign-in, sign-out and any change of rights."""
        self.renewed = True
        self.modified = True


def current() -> ServerSession:
    """Flask's session of this request, under its real type."""
    return cast(ServerSession, flask_session)


def key_of(token: str) -> bytes:
    """What is stored of a cookie's value."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


class ServerSessionInterface(SessionInterface):
    """Flask's sessions, kept by a SessionStore."""

    session_class = ServerSession

    def __init__(self, store: SessionStore) -> None:
        self.store = store

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of the cookie, or a new empty one. Assets get an empty one without a look at the database."""
        token = request.cookies.get(self.get_cookie_name(app), "")
        if not token or len(token) > 100 or request.path.startswith(ASSET_PATHS):
            return ServerSession()
        config = app.config
        loaded = self.store.load(
            key_of(token), now=clock.now(), idle=config["SESSION_IDLE"], absolute=config["SESSION_ABSOLUTE"]
        )
        if loaded is None:
            return ServerSession()
        session = ServerSession(_serializer.loads(loaded.payload) if loaded.payload else {}, token=token)
        session.seen_at, session.opened_at, session.account = loaded.seen_at, loaded.opened_at, loaded.account
        session.device_id, session.confirmed_at, session.lasting = loaded.device_id, loaded.confirmed_at, loaded.lasting
        session.modified = False
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed; touch at most once a minute; never write for an asset or an empty new session."""
        assert isinstance(session, ServerSession)  # noqa: S101  open_session gives nothing else
        if session.accessed:
            response.vary.add("Cookie")
        now = clock.now()
        if session.token and not session.renewed:
            stale = session.seen_at is None or now - session.seen_at >= app.config["SESSION_TOUCH"]
            if session.modified or stale:
                try:
                    self.store.update(key_of(session.token), _kept(session) if session.modified else None, now=now)
                except OperationalError:
                    if session.modified:
                        raise
                    # Somebody writes for long: nothing of this page is lost, and the next one touches it.
            return
        if session.token and not self.store.delete(key_of(session.token)) and session.goes_on:
            session.clear()  # somebody ended it during this request: a new identifier must not bring it back
        if not session:
            if session.token:
                response.delete_cookie(self.get_cookie_name(app), path="/", secure=self.get_cookie_secure(app))
            return
        session.token = secrets.token_urlsafe(32)
        self.store.create(key_of(session.token), _kept(session), now=now)
        response.set_cookie(
            self.get_cookie_name(app),
            session.token,
            max_age=session.lasting if "_user_id" in session else None,
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )


def _kept(session: ServerSession) -> Kept:
    return Kept(
        payload=_serializer.dumps(dict(session)),
        user_id=_number(session.get("_user_id")),
        structure_id=session.get("structure_id"),
        device_id=session.device_id,
        confirmed_at=session.confirmed_at,
        # A new identifier is no new sign-in: the hours of an open session go on.
        opened_at=session.opened_at if session.goes_on else None,
        browser=_browser(),
    )


def _browser() -> str:
    """What the browser calls itself: anything at all, hence cut, and without what no text of ours holds."""
    return "".join(one for one in request.user_agent.string if one.isprintable())[:200]


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdigit() else None
