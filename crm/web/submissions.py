"""One form, one effect: the nonce of a form is claimed in the transaction of what it does."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.db import insert_if_absent
from crm.web.models import FormSubmission
from crm.web.redirects import holds_a_word

#: Hidden fields that differ from one rendering to the next without the user having typed anything.
NOT_TYPED = frozenset({"csrf_token", "nonce"})


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same form was accepted before. `same` is whether the words were the same; `location` where it led."""

    location: str
    same: bool


def fingerprint(path: str, typed: Iterable[tuple[str, str]], *, key: str) -> str:
    """
    Keyed hash (HMAC-SHA-256, hex) of where a form was sent and what it held, the hidden tokens left out.

    Keyed, because a form may hold a password: without the key nobody can try passwords against what is stored.
    """
    text = "\x1e".join(f"{name}\x1f{value}" for name, value in sorted(typed) if name not in NOT_TYPED)
    return hmac.new(key.encode(), f"{path}\x1e{text}".encode("utf-8", "replace"), "sha256").hexdigest()


def claim(session: Session, nonce: str, print_: str, *, owner: str, now: datetime) -> Earlier | None:
    """
    Claim a form's nonce for `owner`; None when this is the first time, else what became of the earlier one.

    Concurrent claims wait for each other: one inserts, the others read what it left.
    """
    hashed = hashlib.sha256(f"{owner}:{nonce}".encode("utf-8", "replace")).hexdigest()
    values = {"nonce_hash": hashed, "fingerprint": print_, "location": "", "used_at": now}
    if insert_if_absent(session, FormSubmission, values):
        session.info["submission"] = hashed
        return None
    row = session.scalars(select(FormSubmission).where(FormSubmission.nonce_hash == hashed)).one()
    return Earlier(row.location, row.fingerprint == print_)


def remember_location(session: Session, location: str) -> None:
    """Note where the accepted form leads, for whoever sends it again; the address of a link is a key, and not kept."""
    hashed = session.info.pop("submission", None)
    if hashed is None:
        return
    row = session.scalars(select(FormSubmission).where(FormSubmission.nonce_hash == hashed)).one()
    row.location = "/" if holds_a_word(location) else location[:500]


def forget(session: Session, *, before: datetime) -> None:
    """Delete the forms sent before that instant: nobody sends such an old page again."""
    session.execute(delete(FormSubmission).where(FormSubmission.used_at < before))
