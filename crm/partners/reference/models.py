"""
Reference data, read from published files by `passerelle reference load`.

Nothing here is personal and nobody edits it: no audit. A code that its publisher withdraws keeps its row, with
`withdrawn_on`, because partners may still carry it.
"""

from datetime import date, datetime

from sqlalchemy import Double, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base
from crm.partners.reference.enums import HolidayZone, Position, SizeClass

# Folded texts are compared byte by byte on both engines; PostgreSQL would otherwise follow the server's language.
_FOLDED = String(200).with_variant(String(200, collation="C"), "postgresql")


class Withdrawable:
    """A row that outlives its publisher's list."""

    withdrawn_on: Mapped[date | None] = mapped_column(doc="Day of the load that no longer found the code.")


class Department(Withdrawable, Base):
    """« Département » or overseas collectivity."""

    __tablename__ = "departments"
    __audited__ = False

    code: Mapped[str] = mapped_column(String(3), primary_key=True, doc="92, 2A, 974.")
    label: Mapped[str] = mapped_column(String(100))
    region_code: Mapped[str] = mapped_column(String(3))
    main_town_code: Mapped[str] = mapped_column(String(5), doc="INSEE code of the « chef-lieu ».")


class Commune(Withdrawable, Base):
    """A commune, or an « arrondissement » of Paris, Lyon or Marseille, whose people the commune counts as well."""

    __tablename__ = "communes"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    insee_code: Mapped[str] = mapped_column(String(5), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    sort_key: Mapped[str] = mapped_column(_FOLDED)
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"), index=True)
    region_code: Mapped[str] = mapped_column(String(3))
    population: Mapped[int | None]
    epci_code: Mapped[str] = mapped_column(String(9), index=True, doc="SIREN of the intercommunality, or empty.")
    epci_name: Mapped[str] = mapped_column(String(100))
    latitude: Mapped[float | None] = mapped_column(Double, doc="Degrees, WGS 84.")
    longitude: Mapped[float | None] = mapped_column(Double, doc="Degrees, WGS 84.")
    position: Mapped[Position]


class CommunePostalCode(Base):
    """A postal code of a commune: each may have several of the other."""

    __tablename__ = "commune_postal_codes"
    __audited__ = False

    postal_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("communes.id", ondelete="CASCADE"), primary_key=True, index=True)


class NafCode(Withdrawable, Base):
    """A sub-class of the « nomenclature d'activités française ». Its code holds its class, group and division."""

    __tablename__ = "naf_codes"
    __audited__ = False

    code: Mapped[str] = mapped_column(String(6), primary_key=True, doc="88.10A.")
    label: Mapped[str] = mapped_column(String(200))
    division_code: Mapped[str] = mapped_column(String(2), index=True)
    division_label: Mapped[str] = mapped_column(String(200))
    section_code: Mapped[str] = mapped_column(String(1))
    section_label: Mapped[str] = mapped_column(String(200))


class RomeTrade(Withdrawable, Base):
    """A trade of the ROME."""

    __tablename__ = "rome_trades"
    __audited__ = False

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(_FOLDED)


class NafTrade(Base):
    """A trade that the companies of a NAF division employ: ranks hosts before any of them has offered anything."""

    __tablename__ = "naf_trades"
    __audited__ = False

    division_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    rome_code: Mapped[str] = mapped_column(ForeignKey("rome_trades.code"), primary_key=True, index=True)


class PublicHoliday(Base):
    """A day off by law, in all of France or in one zone."""

    __tablename__ = "public_holidays"
    __audited__ = False

    day: Mapped[date] = mapped_column(primary_key=True)
    zone: Mapped[HolidayZone] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(100))


class LegalForm(Withdrawable, Base):
    """A legal form of the INSEE « catégories juridiques », third level."""

    __tablename__ = "legal_forms"
    __audited__ = False

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))


class HeadcountBand(Withdrawable, Base):
    """A band of the Sirene register's headcounts."""

    __tablename__ = "headcount_bands"
    __audited__ = False

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    label: Mapped[str] = mapped_column(String(100))
    minimum: Mapped[int | None] = mapped_column(doc="None where the headcount is unknown.")
    maximum: Mapped[int | None] = mapped_column(doc="None when unknown or unlimited.")
    size: Mapped[SizeClass | None]


class ReferenceSource(Base):
    """The file that each nomenclature was last loaded from: whom to credit, and whether a file is news."""

    __tablename__ = "reference_sources"
    __audited__ = False

    name: Mapped[str] = mapped_column(String(100), primary_key=True, doc="Name of the file: communes.csv.")
    source: Mapped[str] = mapped_column(String(300))
    licence: Mapped[str] = mapped_column(String(200))
    dated_on: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    loaded_at: Mapped[datetime]
