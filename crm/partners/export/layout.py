"""What stands in an exported file: the columns of the screen, or all of them with what the screen has no room for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.partners.listing.columns import Column, Row
from crm.partners.phones import show_phone
from crm.wording import N_, Labelled


class FileKind(Labelled):
    """The two kinds of files."""

    XLSX = "xlsx", N_("Tableur : Excel, LibreOffice")
    CSV = "csv", N_("Texte : CSV, points-virgules")


class Width(Labelled):
    """Which columns."""

    SHOWN = "shown", N_("Celles de la liste à l'écran")
    COMPLETE = "complete", N_("Toutes, fiche complète")


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """What a complete export reads of a partner besides its row. An address is one line."""

    former_names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    post: str = ""
    invoice: str = ""
    parent: str = ""
    legal_form: str = ""
    naf: str = ""
    headcount: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file: its French label and its cell."""

    label: str
    value: Callable[[Row, More], Any]


def _own(label: str, name: str) -> Field:
    return Field(label, lambda row, more: getattr(row.partner, name))


def _ours(label: str, name: str) -> Field:
    return Field(label, lambda row, more: None if row.follow is None else getattr(row.follow, name))


def _more(label: str, name: str) -> Field:
    return Field(label, lambda row, more: getattr(more, name))


NAME = _own(N_("Nom"), "name")

#: After the columns of the list.
ONLY_COMPLETE = (
    _more(N_("Anciens noms"), "former_names"),
    _own(N_("SIREN"), "siren"),
    _more(N_("Forme juridique"), "legal_form"),
    _own(N_("Numéro d'enregistrement"), "registration_number"),
    _own(N_("Enregistrée le"), "registered_on"),
    _more(N_("Activité principale (NAF)"), "naf"),
    _own(N_("Convention collective"), "collective_agreement"),
    _more(N_("Effectif"), "headcount"),
    _own(N_("Clauses sociales"), "has_clauses"),
    _own(N_("Engagée en RSE"), "is_csr_committed"),
    _own(N_("Code INSEE de la commune"), "commune_code"),
    _more(N_("Adresse de courrier"), "post"),
    _more(N_("Adresse de facturation"), "invoice"),
    _more(N_("Autres téléphones"), "phones"),
    _more(N_("Autres e-mails"), "emails"),
    _own(N_("Signataire"), "signatory"),
    _own(N_("Délai de signature (jours)"), "signing_days"),
    _more(N_("Maison mère"), "parent"),
    _ours(N_("Fin de la pause"), "paused_until"),
    _ours(N_("Ne plus solliciter"), "do_not_solicit"),
    _ours(N_("Raison de ne plus solliciter"), "do_not_solicit_reason"),
    _ours(N_("Seuil de sollicitations par trimestre"), "solicitation_threshold"),
    _own(N_("Créée le"), "created_at"),
)


def fields(columns: Sequence[Column], *, complete: bool) -> list[Field]:
    """The columns of the file: the name, those of the list, and all the others when `complete`."""
    return [NAME, *(_listed(one) for one in columns), *(ONLY_COMPLETE if complete else ())]


def _listed(column: Column) -> Field:
    if column.key == "phone":
        return Field(column.label, lambda row, more: show_phone(row.partner.phone) if row.partner.phone else "")
    return Field(column.label, lambda row, more: column.value(row))
