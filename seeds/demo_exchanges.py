"""What was said with the partners of the demonstration, and what is to be done. All invented."""

from typing import NamedTuple

from crm.interactions.enums import Direction, InteractionKind, Nature

V, C, E = InteractionKind.VISIT, InteractionKind.CALL, InteractionKind.EMAIL
A, M, L = InteractionKind.APPOINTMENT, InteractionKind.MESSAGE, InteractionKind.LETTER
EVENT, VIDEO = InteractionKind.EVENT, InteractionKind.VIDEO
US, THEM = Direction.OURS, Direction.THEIRS
ASK, GO_ON, ANSWER = Nature.REQUEST, Nature.FOLLOW_UP, Nature.ANSWER


class Said(NamedTuple):
    """One exchange, for any partner and its first contact."""

    kind: InteractionKind
    direction: Direction
    nature: Nature
    report: str


#: In the order in which a relation grows: the oldest exchange of a partner is the first.
STORY = (
    Said(L, US, ASK, "Courrier de présentation de l'association et de ses quatre ateliers.\n"
                     "Proposition de rendez-vous dans le mois."),
    Said(C, US, ASK, "Premier appel. Connaît mal l'insertion, mais écoute.\nRappeler après la période de pointe."),
    Said(V, US, ASK, "Visite des locaux. Deux postes pourraient convenir à des débutants.\n"
                     "Contrainte : prise de poste à 6 h.\nEnvoyer la plaquette."),
    Said(E, US, GO_ON, "Plaquette envoyée, avec le déroulé d'une période d'immersion."),
    Said(C, THEM, ANSWER, "Rappelle pour dire oui à un premier accueil d'une semaine.\n"
                          "Demande qui assure la personne pendant l'immersion."),
    Said(A, US, GO_ON, "Rendez-vous à trois avec la CIP. Accord sur les horaires et sur le tuteur."),
    Said(V, US, GO_ON, "Bilan d'immersion : ponctualité et envie au rendez-vous.\n"
                       "Seraient prêts à recommencer."),
    Said(EVENT, US, GO_ON, "Présents à notre portes ouvertes ; ont fait la connaissance de deux encadrants."),
    Said(M, THEM, ANSWER, "Demande deux personnes en renfort pour la fin du mois."),
    Said(VIDEO, US, GO_ON, "Point à distance : les besoins de recrutement se précisent."),
    Said(C, US, GO_ON, "Point rapide. Tout va bien, la personne accueillie a signé un contrat court."),
    Said(V, US, ASK, "Visite pour parler d'un nouvel accueil.\n"
                     "Deux postes le mois prochain, si la commande se confirme."),
)  # fmt: skip


class Due(NamedTuple):
    """Something to do: `days` from today (before zero: late), by whom. `done_days_ago` when it was done."""

    partner: str
    what: str
    who: str
    days: int
    done_days_ago: int | None = None


TODOS = (
    # Late
    Due("Transports Malvézy", "Rappeler M. Malvézy : réponse sur les quais de nuit", "ines", -4),
    Due("Imprimerie Castelrouge", "Envoyer le bilan de la dernière immersion", "ines", -1),
    Due("Blanchisserie Perlevent", "Relancer Mme Perlevent pour la visite d'atelier", "sonia", -3),
    # Today
    Due("Boulangerie Brizolet", "Confirmer à Mme Brizolet les deux places de vente", "ines", 0),
    Due("Garage Sarremont", "Appeler Mme Sarremont : date de la visite", "ines", 0),
    Due("Mairie de Bièvre-sous-Bois", "Envoyer la proposition de clause sociale", "ines", 0),
    Due("Restaurant La Louche d'Argile", "Préparer l'accueil en cuisine : horaires et tenue", "sonia", 0),
    Due("Syndic Roqueval-Dupasquin", "Proposer deux personnes pour les halls d'immeuble", "karim", 0),
    Due("Fondation Aubrelle-Sarment", "Relire le dossier de mécénat avant envoi", "helene", 0),
    # This week
    Due("Menuiserie Quillebois", "Passer à l'atelier avec la plaquette", "ines", 1),
    Due("Paysages Ornevilliers", "Bilan des deux derniers accueils", "ines", 2),
    Due("Logis du Val-Perché", "Visite des loges avec Mme Lormesan", "ines", 3),
    Due("Traiteur Doucelin", "Demander les besoins en extras", "ines", 5),
    Due("Crèche Les Pas-Chassés", "Fixer l'entretien avec la directrice", "sonia", 2),
    Due("CFA des Trois-Vallons", "Récupérer le calendrier des entrées en formation", "sonia", 4),
    Due("Épicerie du Parvis-Vert", "Appeler pour le renfort du samedi", "karim", 3),
    Due("Atelier Vélos Rayonnant", "Choisir la date de l'atelier commun", "joel", 4),
    Due("Club d'entreprises du Val-Perché", "Apporter les affiches du forum", "odile", 6),
    # Later
    Due("Entretien Faverney Antony", "Préparer la feuille de route de l'an prochain", "ines", 12),
    Due("Les Serres de Bièvre-sous-Bois", "Compter les places pour la prochaine saison", "ines", 33),
    Due("Club d'entreprises du Val-Perché", "Inscrire l'association au petit-déjeuner", "ines", 20),
    Due("Mission locale des Trois-Vallons", "Point sur les jeunes orientés", "sonia", 15),
    # Done
    Due("Boulangerie Brizolet", "Remercier pour l'accueil de la semaine dernière", "ines", -8, 8),
    Due("Paysages Ornevilliers", "Envoyer la convention signée", "ines", -15, 16),
    Due("Hôtel des Trois-Vallons", "Rappeler la directrice", "ines", -2, 1),
    Due("Restaurant La Louche d'Argile", "Fixer la date de l'accueil", "sonia", -6, 6),
    Due("Syndic Roqueval-Dupasquin", "Envoyer le tarif des mises à disposition", "karim", -20, 21),
)
