"""What each role allows, in one line, for whoever holds it or gives it."""

from crm.access.policy import Role
from crm.wording import N_

#: Source: the matrix of docs/rules/permissions.md, for the functions that exist.
ALLOWS: dict[Role, str] = {
    Role.DEVELOPER: N_("Suivre et importer les partenaires, noter les échanges, planifier les suites et les confier."),
    Role.COUNSELLOR: N_("Suivre les partenaires et leurs contacts, noter les échanges, planifier ses suites."),
    Role.PLACEMENT: N_("Suivre les partenaires et leurs contacts, noter les échanges, planifier ses suites."),
    Role.SUPERVISOR: N_("Lire les partenaires, noter les échanges, planifier ses suites."),
    Role.DIRECTOR: N_("Tout ce qui concerne les partenaires, plus les personnes, leurs rôles et les réglages."),
    Role.BOARD: N_("Lire le pilotage et les rapports, sans rien de nominatif."),
    Role.ADMIN: N_("Tenir les réglages et aider les comptes, sans ouvrir les dossiers ni donner de rôle."),
    Role.VOLUNTEER: N_("Lire les partenaires et leurs contacts, noter les échanges, cocher ce qui est à faire."),
    Role.TUTOR: N_("Répondre à une évaluation par un lien, sans compte."),
}
