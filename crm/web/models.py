"""What the web base remembers of a form: that it was already sent, and where that led."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class FormSubmission(Base):
    """
    One accepted POST, by the nonce of its form. The unique key makes twenty parallel posts one.

    `fingerprint` is a keyed hash of what was typed: the same form sent again with other words is not a double click.
    """

    __tablename__ = "form_submissions"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce_hash: Mapped[str] = mapped_column(String(64), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(500), default="")
    used_at: Mapped[datetime] = mapped_column(index=True)
