"""What the column « type » of a file says a partner is."""

from crm.partners.enums import PartnerKind
from crm.partners.search import fold

#: Folded wordings as files use them, besides the labels of the screen.
_WORDINGS: dict[PartnerKind, tuple[str, ...]] = {
    PartnerKind.COMPANY: (
        "entreprise", "societe", "pme", "tpe", "eti", "sarl", "sas", "sa", "scop", "entreprise privee",
        "cabinet conseil", "grande entreprise", "company",
    ),
    PartnerKind.CRAFT: (
        "artisan", "commerce", "commercant", "artisanat", "auto entrepreneur", "micro entreprise",
    ),
    PartnerKind.ASSOCIATION: (
        "association", "asso", "association hors siae", "association loi 1901", "groupement d employeurs",
        "geiq", "etablissement de sante medico social", "etablissement medico social",
    ),
    PartnerKind.SIAE: (
        "siae", "association siae", "structure d insertion", "aci", "ei", "ai", "etti",
        "chantier d insertion", "entreprise d insertion", "association intermediaire", "ebe",
    ),
    PartnerKind.LOCAL_AUTHORITY: (
        "collectivite", "collectivite territoriale", "collectivite locale", "mairie", "commune", "ville",
        "departement", "region", "intercommunalite", "ccas", "communaute d agglomeration",
    ),
    PartnerKind.COPROPERTY: ("syndic", "copropriete", "syndic de copropriete"),
    PartnerKind.SOCIAL_LANDLORD: ("bailleur", "bailleur social", "bailleurs sociaux", "hlm", "office hlm"),
    PartnerKind.EMPLOYMENT_SERVICE: (
        "service public de l emploi", "spe", "pole emploi", "france travail", "mission locale",
        "cap emploi", "plie", "maison de l emploi",
    ),
    PartnerKind.TRAINING: (
        "organisme de formation", "formation", "centre de formation", "cfa", "ecole", "universite",
        "enseignement superieur agricole", "lycee",
    ),
    PartnerKind.OPCO: ("opco", "opca", "opco opca"),
    PartnerKind.NETWORK: (
        "reseau", "federation", "reseau federation", "club", "club d entreprises", "syndicat patronal",
        "organisation patronale branche", "organisation professionnelle", "branche",
    ),
    PartnerKind.CHAMBER: ("chambre", "chambre consulaire", "cci", "cma", "chambre de metiers"),
    PartnerKind.FOUNDATION: ("fondation", "fonds", "fonds agence publique", "fonds de dotation", "mecene"),
    PartnerKind.TEMP_AGENCY: ("agence d interim", "interim", "travail temporaire", "ett"),
    PartnerKind.STATE_SERVICE: (
        "etat", "service de l etat", "etat service deconcentre", "prefecture", "dreets", "ddets",
        "administration",
    ),
}  # fmt: skip
_KINDS = {wording: kind for kind, wordings in _WORDINGS.items() for wording in wordings}
_KINDS |= {fold(kind.label): kind for kind in PartnerKind} | {fold(kind.value): kind for kind in PartnerKind}
#: No kind takes as many letters.
_LONGEST = 80


def kind_of(text: str) -> PartnerKind | None:
    """The kind that this text names, plural or not; None when it names none that is known."""
    folded = fold(text[:_LONGEST])
    singular = " ".join(word.removesuffix("s") for word in folded.split())
    return _KINDS.get(folded) or _KINDS.get(singular)
