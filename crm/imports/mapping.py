"""Which column of a spreadsheet is which fact: guessed from its heading."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm.partners.search import fold


class Field(StrEnum):
    """The facts that an import of partners understands."""

    NAME = "name"
    TRADE_NAME = "trade_name"
    KIND = "kind"
    SIRET = "siret"
    SIREN = "siren"
    STREET = "street"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    DEPARTMENT = "department"
    PHONE = "phone"
    EMAIL = "email"
    WEBSITE = "website"
    SECTOR = "sector"
    CONTACT_LAST_NAME = "contact_last_name"
    CONTACT_FIRST_NAME = "contact_first_name"
    CONTACT_FUNCTION = "contact_function"
    CONTACT_PHONE = "contact_phone"
    CONTACT_EMAIL = "contact_email"
    OWNER = "owner"
    DATE = "held_on"
    EXCHANGE_KIND = "exchange_kind"
    TEXT = "text"


#: Folded headings in the order of preference: when two columns fit, the earlier wording wins.
HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.NAME: (
        "raison sociale", "denomination sociale", "denomination", "nom de l entreprise",
        "nom de la structure", "nom du partenaire", "nom de l organisation", "nom de l organisme",
        "nom de l etablissement", "nom entreprise", "nom structure", "nom partenaire",
        "nom organisation", "name as printed", "nom", "entreprise", "societe", "structure",
        "partenaire", "organisation", "organisme", "etablissement", "company", "name",
    ),
    Field.TRADE_NAME: ("enseigne", "nom commercial", "nom d usage", "sigle", "marque", "trade name"),
    Field.KIND: (
        "type", "type de partenaire", "type de structure", "type d organisation", "type d organisme",
        "nature", "categorie", "kind",
    ),
    Field.SIRET: (
        "siret", "n siret", "no siret", "num siret", "numero siret", "numero de siret", "code siret",
    ),
    Field.SIREN: ("siren", "n siren", "no siren", "num siren", "numero siren", "numero de siren"),
    Field.STREET: (
        "adresse", "adresse postale", "adresse 1", "adresse ligne 1", "adresse du siege", "rue", "voie",
        "numero et voie", "n et voie", "street", "address",
    ),
    Field.POSTAL_CODE: ("code postal", "cp", "c p", "codepostal", "code post", "postal code", "zip"),
    Field.CITY: ("ville", "commune", "localite", "city"),
    Field.DEPARTMENT: (
        "departement", "dept", "dpt", "dep", "code departement", "n departement", "department code",
        "department",
    ),
    Field.PHONE: (
        "telephone", "tel", "tel fixe", "telephone fixe", "n de telephone", "numero de telephone",
        "n telephone", "standard", "tel standard", "portable", "tel portable", "mobile", "phone",
    ),
    Field.EMAIL: (
        "courriel", "email", "e mail", "mail", "adresse mail", "adresse email", "adresse e mail",
        "adresse courriel", "courrier electronique", "adresse electronique", "generic email",
    ),
    Field.WEBSITE: (
        "site web", "site internet", "site", "web", "url", "adresse web", "adresse internet",
        "page web", "website",
    ),
    Field.SECTOR: (
        "secteur", "secteur d activite", "secteur activite", "activite", "activites",
        "activite principale", "domaine", "domaine d activite", "metier", "metiers", "sector",
    ),
    Field.CONTACT_LAST_NAME: (
        "nom du contact", "nom contact", "contact", "contact principal", "interlocuteur", "nom de l interlocuteur",
        "nom interlocuteur", "personne a contacter", "correspondant", "contact name",
    ),
    Field.CONTACT_FIRST_NAME: (
        "prenom du contact", "prenom contact", "prenom de l interlocuteur", "prenom interlocuteur", "prenom",
        "first name",
    ),
    Field.CONTACT_FUNCTION: (
        "fonction du contact", "fonction contact", "fonction de l interlocuteur", "fonction", "poste", "qualite",
    ),
    Field.CONTACT_PHONE: (
        "telephone du contact", "telephone contact", "tel contact", "tel du contact", "telephone direct",
        "ligne directe", "portable du contact", "portable contact", "mobile du contact", "mobile contact",
    ),
    Field.CONTACT_EMAIL: (
        "email du contact", "email contact", "mail du contact", "mail contact", "e mail du contact", "e mail contact",
        "courriel du contact", "courriel contact", "contact email",
    ),
    Field.OWNER: (
        "suivi par", "suivie par", "suivi", "referent", "referente", "referent interne", "charge de partenariat",
        "charge de partenariats", "responsable du suivi", "qui suit", "owner",
    ),
}  # fmt: skip


#: Those of a history of exchanges that are worded otherwise there, or are not of partners.
EXCHANGE_HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.DATE: (
        "date", "date de l echange", "date echange", "date du contact", "date contact", "date de contact", "jour", "le",
        "date de l appel", "date appel", "date du rdv", "date de visite", "day",
    ),
    Field.EXCHANGE_KIND: (
        "type", "type d echange", "type de contact", "type echange", "nature", "moyen", "mode", "canal",
        "mode de contact", "moyen de contact", "kind",
    ),
    Field.TEXT: (
        "compte rendu", "commentaire", "commentaires", "remarque", "remarques", "observation", "observations", "objet",
        "quoi", "note", "notes", "contenu", "resume", "detail", "details", "suite donnee", "action", "echange", "text",
    ),
    Field.OWNER: (
        "qui", "par", "fait par", "salarie", "collegue", "auteur", "charge de partenariat", "referent", "suivi par",
        "contacte par", "appele par", "vu par", "who",
    ),
}  # fmt: skip

#: The facts that each kind of file may hold.
OF_EXCHANGES = (
    *(Field.NAME, Field.DATE, Field.EXCHANGE_KIND, Field.TEXT, Field.OWNER, Field.CITY, Field.POSTAL_CODE, Field.SIRET),
    *(Field.PHONE, Field.EMAIL, Field.CONTACT_LAST_NAME, Field.CONTACT_FIRST_NAME),
)
OF_PARTNERS = tuple(field for field in Field if field not in {Field.DATE, Field.EXCHANGE_KIND, Field.TEXT})


@dataclass(frozen=True, slots=True)
class Mapping:
    """
    What was guessed: `fields` gives the place of the column (from 0) of each fact that was found.

    `unknown`: the headings left aside, as written, in their order.
    """

    fields: dict[Field, int]
    unknown: tuple[str, ...]


def guess_mapping(headings: Sequence[str], *, exchanges: bool = False) -> Mapping:
    """
    Guess the facts that the columns of a file hold: of partners, or of `exchanges`.

    Accents, capitals, punctuation and a remark in parentheses do not matter. A column serves one fact, a fact
    has one column: the best worded one, then the leftmost.
    """
    folded = [_heading(text) for text in headings]
    known = {field: HEADINGS.get(field, ()) for field in OF_EXCHANGES} | EXCHANGE_HEADINGS if exchanges else HEADINGS
    fields: dict[Field, int] = {}
    for field, wordings in known.items():
        fitting = [(wordings.index(text), place) for place, text in enumerate(folded) if text in wordings]
        if fitting:
            fields[field] = min(fitting)[1]
    used = set(fields.values())
    return Mapping(fields, tuple(text for place, text in enumerate(headings) if place not in used and text.strip()))


def _heading(text: str) -> str:
    # A heading of 200 letters is no heading; folding it costs.
    plain = text[:200].split("(")[0].replace("_", " ").replace("°", " ").replace("*", " ")
    folded = fold(plain)
    return folded if folded in _ALL_WORDINGS else folded.removesuffix("s")


_ALL_WORDINGS = frozenset(
    wording for known in (HEADINGS, EXCHANGE_HEADINGS) for wordings in known.values() for wording in wordings
)
