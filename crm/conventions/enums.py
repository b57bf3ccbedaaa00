"""The words of conventions."""

from crm.wording import N_, Labelled


class ConventionKind(Labelled):
    """What a convention is for."""

    FRAMEWORK = "framework", N_("Convention-cadre de partenariat")
    CHARTER = "charter", N_("Charte des droits et devoirs")
    SERVICE = "service", N_("Prestation (achat responsable)")
    CO_CONTRACTING = "co_contracting", N_("Cotraitance ou sous-traitance avec clauses")
    INDUSTRIAL = "industrial", N_("Partenariat industriel")
    SKILLS = "skills", N_("Mécénat de compétences")
    FUNDING = "funding", N_("Financement")
    PRESCRIPTION = "prescription", N_("Délégation de prescription (PMSMP)")


#: A charter says how people behave: it may hold without an end.
WITHOUT_END = frozenset({ConventionKind.CHARTER})


class Stage(Labelled):
    """How far the writing has come: what is kept. The rest of the state follows from days."""

    DRAFT = "draft", N_("Brouillon")
    IN_REVIEW = "in_review", N_("En relecture")
    TO_SIGN = "to_sign", N_("À signer")
    SIGNED = "signed", N_("Signée")


class ConventionState(Labelled):
    """Where a convention stands on a day."""

    DRAFT = "draft", N_("Brouillon")
    IN_REVIEW = "in_review", N_("En relecture")
    TO_SIGN = "to_sign", N_("À signer")
    SIGNED = "signed", N_("Signée, à venir")
    IN_FORCE = "in_force", N_("En vigueur")
    ENDING = "ending", N_("Se termine bientôt")
    ENDED = "ended", N_("Terminée")
    RENEWED = "renewed", N_("Renouvelée")
    TERMINATED = "terminated", N_("Résiliée")


#: States of which nothing more is expected.
CLOSED = frozenset({ConventionState.ENDED, ConventionState.RENEWED, ConventionState.TERMINATED})
#: States in which both sides are bound or soon will be.
BINDING = frozenset({ConventionState.SIGNED, ConventionState.IN_FORCE, ConventionState.ENDING})


class Move(Labelled):
    """What somebody may do to a convention."""

    SUBMIT = "submit", N_("Envoyer en relecture")
    SEND_BACK = "send_back", N_("Renvoyer en brouillon")
    APPROVE = "approve", N_("Valider : à signer")
    SIGN = "sign", N_("Noter une signature")
    UNSIGN = "unsign", N_("Retirer une signature")
    TERMINATE = "terminate", N_("Résilier")
    REINSTATE = "reinstate", N_("Annuler la résiliation")
    RENEW = "renew", N_("Renouveler")


class Side(Labelled):
    """Which party."""

    OURS = "ours", N_("Nous")
    THEIRS = "theirs", N_("Le partenaire")
    OTHER = "other", N_("Une autre partie")


class DateKind(Labelled):
    """What happens on a day of a convention."""

    REVIEW = "review", N_("Point d'étape")
    APPLICATION = "application", N_("Dépôt de la demande")
    INTERIM_REPORT = "interim_report", N_("Bilan intermédiaire")
    FINAL_REPORT = "final_report", N_("Bilan final")


class Standing(Labelled):
    """How a commitment, or a day, stands."""

    OPEN = "open", N_("En cours")
    KEPT = "kept", N_("Tenu")
    LATE = "late", N_("En retard")
