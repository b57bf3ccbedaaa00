"""A file whose duplicates are looked for: its bytes until it is compared, what was found for three days."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from crm.db import Base, PublicId
from crm.imports.sifting.enums import SiftState


class SiftedFile(PublicId, Base):
    """
    One file. Nothing of it reaches the partners, and only its author sees it.

    COMPARING is done by whoever holds the lease; when it ends its holder died, and another takes over. Not audited row
    by row: the act is noted.
    """

    __tablename__ = "sifted_files"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary, doc="None as soon as it is compared."))
    columns: Mapped[str] = mapped_column(Text, doc="JSON: the headings compared, those passed over.")
    found: Mapped[str | None] = deferred(mapped_column(Text, doc="JSON: see found.py."))
    totals: Mapped[str] = mapped_column(String(200), default="{}", server_default="{}", doc="JSON: how many of each.")
    state: Mapped[SiftState] = mapped_column(index=True)
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
