"""The trail of structures, people and accounts, in words."""

from collections.abc import Mapping

from crm.audit.words import Find, Told
from crm.wording import N_

#: The acts that services note by themselves. A test finds every one of them in the code.
ACTS = {
    "address_changed": N_("Adresse e-mail changée"),
    "device_enrolled": N_("Téléphone enrôlé"),
    "device_revoked": N_("Appareil révoqué"),
    "link_made": N_("Lien à usage unique créé"),
    "link_used": N_("Lien à usage unique suivi"),
    "password_again": N_("Mot de passe redemandé"),
    "recovery_codes_made": N_("Codes de secours créés"),
    "refused": N_("Accès refusé"),
    "reset_asked": N_("Nouveau mot de passe demandé"),
    "roles_changed": N_("Rôles changés"),
    "second_factor": N_("Code de double authentification"),
    "second_factor_removed": N_("Double authentification retirée"),
    "second_factor_reset": N_("Double authentification réinitialisée"),
    "second_factor_set_up": N_("Double authentification mise en place"),
    "session_closed": N_("Session fermée à distance"),
    "sessions_ended": N_("Sessions fermées"),
    "sign_in": N_("Connexion"),
    "structure_chosen": N_("Changement de structure"),
}

_PLACE = {"name": N_("nom"), "legal_kind": N_("forme"), "siret": N_("SIRET")}
_HABITS = {
    "working_days": N_("jours travaillés"),
    "solicitation_days": N_("délai des sollicitations"),
    "solicitation_threshold": N_("seuil des sollicitations"),
}


def tables(found: Mapping[str, Find]) -> dict[str, Told]:
    """What is said of each table of this domain; `found` names the objects of some."""
    return {
        "structures": Told(
            created=N_("Structure créée"),
            changed=N_("Structure modifiée"),
            deleted=N_("Structure supprimée"),
            fields=_PLACE | _HABITS,
            find=found.get("structures"),
        ),
        "structure_logos": Told(
            created=N_("Logo ajouté"),
            changed=N_("Logo remplacé"),
            deleted=N_("Logo retiré"),
            fields={"content": N_("image")},
        ),
        "units": Told(
            created=N_("Pôle créé"),
            changed=N_("Pôle modifié"),
            deleted=N_("Pôle supprimé"),
            fields=_PLACE | {"parent_id": N_("rattachement"), "closed_at": N_("fermeture")},
        ),
        "closing_periods": Told(
            created=N_("Fermeture ajoutée"),
            changed=N_("Fermeture modifiée"),
            deleted=N_("Fermeture supprimée"),
            fields={"starts_on": N_("début"), "ends_on": N_("fin"), "label": N_("intitulé")},
        ),
        "users": Told(
            created=N_("Compte créé"),
            changed=N_("Compte modifié"),
            deleted=N_("Compte supprimé"),
            fields={
                "email": N_("adresse e-mail"),
                "first_name": N_("prénom"),
                "last_name": N_("nom"),
                "password_hash": N_("mot de passe"),
                "language": N_("langue"),
                "digest_at": N_("heure du résumé"),
                "active": N_("ouverture du compte"),
                "totp_secret": N_("double authentification"),
                "totp_confirmed_at": N_("double authentification"),
            },
            find=found.get("users"),
        ),
        "memberships": Told(
            created=N_("Rôle donné"),
            changed=N_("Rôle modifié"),
            deleted=N_("Rôle retiré"),
            fields={"role": N_("rôle")},
        ),
        "devices": Told(
            created=N_("Appareil reconnu"),
            changed=N_("Appareil modifié"),
            deleted=N_("Appareil oublié"),
            fields={"label": N_("nom"), "enrolled_at": N_("enrôlement")},
        ),
    }
