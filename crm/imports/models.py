"""A file being imported: its bytes for a week, what was found in it, what a person chose, what it wrote."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from crm.db import Base, PublicId, Versioned
from crm.imports.enums import Choice, ImportKind, ImportState


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
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, doc="None: the command line, in nobody's name."
    )
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary, doc="None once purged."))
    headings: Mapped[str] = mapped_column(Text, doc="JSON: the headings as written.")
    mapping: Mapped[str] = mapped_column(Text, doc="JSON: the place of the column of each fact.")
    kind: Mapped[ImportKind] = mapped_column(default=ImportKind.PARTNERS, server_default="partners")
    sheets: Mapped[str] = mapped_column(
        Text, default="[]", server_default="[]", doc="JSON: the names of the sheets, when there are several."
    )
    corrections: Mapped[str] = mapped_column(
        Text, default="{}", server_default="{}", doc="JSON: what is read instead of some values, by column."
    )
    seen_values: Mapped[str | None] = deferred(mapped_column(Text, doc="JSON: the values to review, by column."))
    plan: Mapped[str | None] = deferred(mapped_column(Text, doc="JSON: what becomes of each row."))
    report: Mapped[str | None] = deferred(mapped_column(Text, doc="CSV, once done."))
    totals: Mapped[str] = mapped_column(String(300), default="{}", doc="JSON: how many rows of each outcome.")
    state: Mapped[ImportState] = mapped_column(index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    watched: Mapped[str] = mapped_column(
        Text, default="", server_default="", doc="JSON: the columns that the marks of what was created cover, by table."
    )
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class ImportChoice(Base):
    """What a person said of one row: what it is, and which fields of a known partner to write."""

    __tablename__ = "import_choices"
    __table_args__ = (UniqueConstraint("import_id", "line"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    line: Mapped[int]
    choice: Mapped[Choice]
    fields: Mapped[str | None] = mapped_column(Text, doc="JSON: the fields ticked; None for those that only fill.")
    target: Mapped[str | None] = mapped_column(
        String(22), doc="Which of those that it resembles it is (see matches.py); None for the likeliest."
    )


class SavedMapping(Base):
    """
    Which column is which fact, under a name, in one structure.

    `headings_key` is a mark of the headings of the file that it was made for: one alike finds it again by itself.
    """

    __tablename__ = "import_mappings"
    __table_args__ = (UniqueConstraint("structure_id", "kind", "key"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id", ondelete="CASCADE"))
    kind: Mapped[ImportKind]
    name: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(60), doc="The folded name.")
    headings_key: Mapped[str] = mapped_column(String(64), index=True)
    columns: Mapped[str] = mapped_column(Text, doc="JSON: the heading of each fact, as written.")
    used_at: Mapped[datetime]


class ImportedPartner(Base):
    """A partner that an import of the first release created. No longer written (see ImportChange)."""

    __tablename__ = "imported_partners"
    __table_args__ = (UniqueConstraint("import_id", "partner_id"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "drop", "erase": "keep"}), index=True
    )
    line: Mapped[int]


class ImportChange(Base):
    """
    One row that an import created, or one partner whose facts it changed: enough to undo it, and to see whether
    somebody changed it since.

    `partner_id` says about whom; one of the others says which row of theirs, none the partner itself. `before` is
    empty for a row created. `after` is a mark of the row (created), or of each field written (changed): no value is
    kept in clear that the undo does not need.
    """

    __tablename__ = "import_changes"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    partner_id: Mapped[int] = mapped_column(
        ForeignKey("partners.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"}), index=True
    )
    follow_id: Mapped[int | None] = mapped_column(ForeignKey("follows.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE", info={"merge": "ignore", "erase": "keep"}), index=True
    )
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), index=True)
    before: Mapped[str] = mapped_column(Text, default="", doc="JSON: the values of the fields that were replaced.")
    after: Mapped[str] = mapped_column(Text, doc="A mark, or JSON: a mark of each field.")
    undone: Mapped[bool] = mapped_column(default=False, doc="The fields hold again what they held.")
