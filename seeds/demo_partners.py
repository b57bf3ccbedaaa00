"""
The partners of the demonstration: companies, people and the commune of Bièvre-sous-Bois are invented.

Phones are in the ranges that the French regulator keeps for fiction (ARCEP, decision 2018-0881: 01 99 00 and
06 39 98), sites and mails in `.example` (RFC 2606); the one SIREN is made up, with five zeros in front.
"""

from typing import NamedTuple

from crm.partners.enums import ContactRole, FollowStage, PartnerKind, Willingness

D, O = ContactRole.DECIDER, ContactRole.OPERATIONAL  # noqa: E741  one letter each, in a table
POOL, FOLLOWED, PAUSED = FollowStage.POOL, FollowStage.FOLLOWED, FollowStage.PAUSED
NOT_NOW, CONVINCE = Willingness.NOT_NOW, Willingness.TO_CONVINCE
INTERESTED, COMMITTED = Willingness.INTERESTED, Willingness.COMMITTED
K = PartnerKind

ANTONY, SCEAUX, BAGNEUX = ("92160", "Antony"), ("92330", "Sceaux"), ("92220", "Bagneux")
CHATENAY, BOURG = ("92290", "Châtenay-Malabry"), ("92340", "Bourg-la-Reine")
MASSY, PALAISEAU, WISSOUS = ("91300", "Massy"), ("91120", "Palaiseau"), ("91320", "Wissous")
VERRIERES, BIEVRE = ("91370", "Verrières-le-Buisson"), ("91990", "Bièvre-sous-Bois")
FRESNES, RUNGIS, LHAY = ("94260", "Fresnes"), ("94150", "Rungis"), ("94240", "L'Haÿ-les-Roses")


class Met(NamedTuple):
    """Someone at a partner."""

    first_name: str
    last_name: str
    function: str
    role: ContactRole


class Demo(NamedTuple):
    """
    A partner. `owner` is a key of demo_people. `site` is the name before `.example`, '' without site nor mail.

    `same_phone_as` names the partner whose phone it shares.
    """

    name: str
    kind: PartnerKind
    street: str
    town: tuple[str, str]
    sector: str
    stage: FollowStage = POOL
    willingness: Willingness | None = None
    owner: str | None = None
    met: tuple[Met, ...] = ()
    site: str = ""
    siret: str = ""
    same_phone_as: str = ""


PARTNERS = (
    # Followed by Inès
    Demo("Boulangerie Brizolet", K.CRAFT, "8 place du Marché", ANTONY, "boulangerie", FOLLOWED, COMMITTED,
         "ines", (Met("Mireille", "Brizolet", "gérante", D), Met("Théo", "Ansourd", "chef fournil", O)),
         "brizolet"),
    Demo("Menuiserie Quillebois", K.CRAFT, "12 rue des Aubépines", ANTONY, "menuiserie", FOLLOWED,
         INTERESTED, "ines", (Met("Gérald", "Quillebois", "gérant", D),), "quillebois"),
    Demo("Garage Sarremont", K.CRAFT, "41 avenue des Platanes", MASSY, "réparation automobile", FOLLOWED,
         INTERESTED, "ines", (Met("Nadia", "Sarremont", "gérante", D), Met("Luc", "Peyvergne", "atelier", O)),
         "garage-sarremont"),
    Demo("Entretien Faverney Antony", K.COMPANY, "3 rue des Ateliers", ANTONY, "propreté", FOLLOWED, COMMITTED,
         "ines", (Met("Solange", "Faverney", "directrice", D), Met("Ousmane", "Delbarre", "exploitation", O)),
         "faverney", "00000420000010"),
    Demo("Les Serres de Bièvre-sous-Bois", K.COMPANY, "chemin des Serres", BIEVRE, "maraîchage", FOLLOWED,
         COMMITTED, "ines", (Met("Clément", "Varsigny", "exploitant", D),), "serres-bsb"),
    Demo("Logis du Val-Perché", K.SOCIAL_LANDLORD, "20 allée des Cèdres", CHATENAY, "logement social", FOLLOWED,
         INTERESTED, "ines", (Met("Patricia", "Lormesan", "responsable d'agence", D),
                              Met("Yannick", "Trévois", "gardiens", O)), "valperche"),
    Demo("Traiteur Doucelin", K.CRAFT, "17 rue du Lavoir", SCEAUX, "traiteur", FOLLOWED, INTERESTED, "ines",
         (Met("Rosa", "Doucelin", "gérante", D),), "doucelin"),
    Demo("Transports Malvézy", K.COMPANY, "2 rue du Fret", RUNGIS, "logistique", FOLLOWED, CONVINCE, "ines",
         (Met("Franck", "Malvézy", "président", D), Met("Awa", "Corbillon", "ressources humaines", O)),
         "malvezy"),
    Demo("Hôtel des Trois-Vallons", K.COMPANY, "1 rond-point des Vallons", WISSOUS, "hôtellerie", FOLLOWED,
         CONVINCE, "ines", (Met("Émilie", "Graslin-Roux", "directrice", D),), "troisvallons-hotel"),
    Demo("Bricolage Tournepierre", K.COMPANY, "zone des Prés", MASSY, "commerce de bricolage", FOLLOWED, None,
         "ines", (Met("Hugo", "Tournepierre", "directeur de magasin", D),), "tournepierre"),
    Demo("Paysages Ornevilliers", K.COMPANY, "6 route du Bois", VERRIERES, "espaces verts", FOLLOWED, COMMITTED,
         "ines", (Met("Bruno", "Ornevilliers", "gérant", D), Met("Lina", "Sabourdy", "chantiers", O)),
         "ornevilliers"),
    Demo("Résidence Les Tamarins-Bleus", K.ASSOCIATION, "9 avenue du Parc", ANTONY, "résidence pour personnes âgées",
         FOLLOWED, INTERESTED, "ines", (Met("Catherine", "Peuvrel", "directrice", D),), "tamarins-bleus"),
    Demo("Imprimerie Castelrouge", K.COMPANY, "14 rue de l'Encre", BAGNEUX, "imprimerie", FOLLOWED, NOT_NOW,
         "ines", (Met("Olivier", "Castelrouge", "gérant", D),), "castelrouge"),
    Demo("Club d'entreprises du Val-Perché", K.NETWORK, "9 rue du Pressoir", CHATENAY, "réseau d'entreprises",
         FOLLOWED, COMMITTED, "ines", (Met("Maud", "Riverolles", "animatrice", O),), "club-valperche"),
    Demo("Mairie de Bièvre-sous-Bois", K.LOCAL_AUTHORITY, "1 place de la Mairie", BIEVRE, "commune", FOLLOWED,
         COMMITTED, "ines", (Met("Denis", "Aubrelle", "adjoint à l'emploi", D),
                             Met("Fatou", "Guinemer-Lys", "service technique", O)), "bievre-sous-bois"),
    # Followed by the others
    Demo("Crèche Les Pas-Chassés", K.ASSOCIATION, "5 rue des Écoles", ANTONY, "petite enfance", FOLLOWED,
         INTERESTED, "sonia", (Met("Agnès", "Doutremépuis", "directrice", D),), "pas-chasses"),
    Demo("Restaurant La Louche d'Argile", K.CRAFT, "28 rue Haute", BOURG, "restauration", FOLLOWED, COMMITTED,
         "sonia", (Met("Malik", "Ferrandière", "chef", D),), "louche-argile"),
    Demo("Mission locale des Trois-Vallons", K.EMPLOYMENT_SERVICE, "4 square des Vallons", MASSY, "emploi des jeunes",
         FOLLOWED, COMMITTED, "sonia", (Met("Julie", "Hautecœur-Bray", "conseillère", O),), "ml-troisvallons"),
    Demo("CFA des Trois-Vallons", K.TRAINING, "30 avenue des Métiers", PALAISEAU, "formation", FOLLOWED, INTERESTED,
         "sonia", (Met("Sylvain", "Mourvedel", "développement", O),), "cfa-troisvallons"),
    Demo("Blanchisserie Perlevent", K.COMPANY, "11 rue des Lavandières", FRESNES, "blanchisserie", FOLLOWED,
         INTERESTED, "sonia", (Met("Viviane", "Perlevent", "responsable", D),), "perlevent"),
    Demo("Syndic Roqueval-Dupasquin", K.COPROPERTY, "7 rue du Cloître", SCEAUX, "gestion d'immeubles", FOLLOWED,
         COMMITTED, "karim", (Met("Anne", "Roqueval", "gestionnaire", O),), "roqueval"),
    Demo("Épicerie du Parvis-Vert", K.CRAFT, "2 parvis des Halles", LHAY, "commerce alimentaire", FOLLOWED,
         INTERESTED, "karim", (Met("Samira", "Boisgontier-Lo", "gérante", D),), "parvis-vert"),
    Demo("Atelier Vélos Rayonnant", K.ASSOCIATION, "33 rue des Forges", BAGNEUX, "réparation de cycles", FOLLOWED,
         INTERESTED, "joel", (Met("Paul", "Estevrin", "coordinateur", O),), "velos-rayonnant"),
    Demo("Fondation Aubrelle-Sarment", K.FOUNDATION, "50 boulevard des Tilleuls", SCEAUX, "mécénat", FOLLOWED,
         INTERESTED, "helene", (Met("Constance", "de Vaulmer", "déléguée générale", D),), "aubrelle-sarment"),
    # Paused
    Demo("Plomberie Goutard-Vial", K.CRAFT, "19 rue des Fontaines", ANTONY, "plomberie", PAUSED, NOT_NOW, "ines",
         (Met("Régis", "Goutard", "artisan", D),), "goutard-vial"),
    Demo("Cartonnages Emballin", K.COMPANY, "zone de la Bonde-Neuve", WISSOUS, "emballage", PAUSED, NOT_NOW, "ines",
         (Met("Laurence", "Emballin", "directrice", D),), "emballin"),
    Demo("Cinéma L'Écran-Perché", K.COMPANY, "3 place du Théâtre", SCEAUX, "culture", PAUSED, CONVINCE, "sonia",
         (Met("Édouard", "Sivergues", "directeur", D),), "ecran-perche"),
    # Known, not followed yet
    Demo("MENUISERIE QUILLEBOIS SARL", K.COMPANY, "12 r. des Aubepines", ANTONY, "menuiserie"),
    Demo("Quillebois Menuiserie Agencement", K.COMPANY, "", ANTONY, "agencement",
         same_phone_as="Menuiserie Quillebois"),
    Demo("Entretien Faverney Massy", K.COMPANY, "15 rue du Plateau", MASSY, "propreté", siret="00000420000028"),
    Demo("Cordonnerie Lacetière", K.CRAFT, "22 rue Basse", BOURG, "cordonnerie"),
    Demo("Pépinières Valsauge", K.COMPANY, "route des Étangs", PALAISEAU, "pépinière", site="valsauge"),
    Demo("Sécurité Veilleperche", K.COMPANY, "8 rue de l'Horizon", RUNGIS, "sécurité"),
    Demo("Clinique vétérinaire du Grand-Lièvre", K.COMPANY, "60 avenue du Stade", FRESNES, "soins aux animaux"),
    Demo("Peinture Colorvane", K.CRAFT, "4 impasse des Pinceaux", CHATENAY, "peinture", site="colorvane"),
    Demo("Recyclerie La Seconde Pelle", K.SIAE, "10 rue du Dépôt", MASSY, "réemploi", site="seconde-pelle"),
    Demo("Intérim Horizon-Vrai", K.TEMP_AGENCY, "5 rue de la Gare-Haute", ANTONY, "travail temporaire"),
    Demo("OPCO des Savoir-Faire réunis", K.OPCO, "100 rue du Grand-Atelier", BAGNEUX, "financement de la formation"),
    Demo("Fleurs Églantine-Morvois", K.CRAFT, "13 rue des Roses-Trémières", LHAY, "fleuriste"),
    Demo("Bâtiment Pierrefolle", K.COMPANY, "zone des Carrières", VERRIERES, "gros œuvre", site="pierrefolle"),
    Demo("Chocolaterie Ambrelune", K.CRAFT, "6 rue des Fèves", SCEAUX, "chocolaterie"),
    Demo("Agence de l'emploi de Bièvre-sous-Bois", K.EMPLOYMENT_SERVICE, "2 rue du Lavoir", BIEVRE, "emploi"),
)  # fmt: skip
