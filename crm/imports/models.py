"""A file being imported on screen: its bytes for a week, what was found in it, what a person chose."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from crm.db import Base, PublicId, Versioned
from crm.imports.enums import Choice, ImportState


class Import(PublicId, Versioned, Base):
    """
    One file. `plan` is what would become of each row (see staging.py), worked out when `state` is READY.

    COMPARING and WRITING are done by whoever holds the lease; when it ends its holder died, and another takes over.
    Not audited row by row: the acts are noted (`import`), and the partners created have their own lines.
    """

    __tablename__ = "imports"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary, doc="None once purged."))
    headings: Mapped[str] = mapped_column(Text, doc="JSON: the headings as written.")
    mapping: Mapped[str] = mapped_column(Text, doc="JSON: the place of the column of each fact.")
    plan: Mapped[str | None] = deferred(mapped_column(Text, doc="JSON: what becomes of each row."))
    report: Mapped[str | None] = deferred(mapped_column(Text, doc="CSV, once done."))
    totals: Mapped[str] = mapped_column(String(300), default="{}", doc="JSON: how many rows of each outcome.")
    state: Mapped[ImportState] = mapped_column(index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ImportChoice(Base):
    """What a person said of one doubtful row."""

    __tablename__ = "import_choices"
    __table_args__ = (UniqueConstraint("import_id", "line"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    line: Mapped[int]
    choice: Mapped[Choice]


class ImportedPartner(Base):
    """A partner that an import created."""

    __tablename__ = "imported_partners"
    __table_args__ = (UniqueConstraint("import_id", "partner_id"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}), index=True
    )
    line: Mapped[int]
