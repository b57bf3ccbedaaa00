"""What is known of a file; its bytes are files of the instance folder (see services.py)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import NEUTRAL, Base, PublicId
from crm.interactions.documents.enums import DocumentKind


class Document(PublicId, Base):
    """« Document » of an exchange. Belongs to one structure, whatever the exchange shares."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True, info=NEUTRAL)
    interaction_id: Mapped[int] = mapped_column(
        ForeignKey("interactions.id", ondelete="CASCADE"), index=True, info=NEUTRAL
    )
    name: Mapped[str] = mapped_column(String(120), doc="As shown and offered for download; never a path.")
    kind: Mapped[DocumentKind] = mapped_column(info=NEUTRAL)
    size: Mapped[int] = mapped_column(info=NEUTRAL, doc="Bytes, as kept.")
    pages: Mapped[int | None] = mapped_column(info=NEUTRAL, doc="Of a PDF.")
    key: Mapped[str] = mapped_column(String(43), unique=True, doc="Random name of the file.")
    sha256: Mapped[str] = mapped_column(String(64), doc="Of the bytes kept.")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), info=NEUTRAL)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(info=NEUTRAL, doc="To the bin; the file goes 30 days later.")
