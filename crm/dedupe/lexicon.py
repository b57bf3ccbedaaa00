"""
The words that say little, or that say what an organisation is, in the names of French organisations.

All words are folded and singular (see `normalise.stem`). Lists are kept short on purpose: a list tuned on one
file of names looks like skill and fails on the next.
"""

from enum import StrEnum


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words("a au aux avec d dans de des du en et ex l la le les of ou par pour s sa ses son sous sur the un une")

LEGAL_FORMS = _words(
    "ass asso assoc association cuma earl ei eirl entreprise etablissement ets eurl gaec gfa gie loi micro sa saem "
    "sarl sarlu sas sasu sca scea sci scic scm scop scp scs sel selarl selas sem sica snc societe spl"
)

# What kind of structure for employment through work it is: rarely part of how it is named elsewhere.
EMPLOYMENT_FORMS = _words("aci agence ai antenne chantier etti opca opco siege site")

ABBREVIATIONS = {
    "agce": "agence",
    "bat": "batiment",
    "cie": "compagnie",
    "cne": "commune",
    "ctre": "centre",
    "dept": "departement",
    "dpt": "departement",
    "dvpt": "developpement",
    "ent": "entreprise",
    "env": "environnement",
    "etbs": "etablissement",
    "etabl": "etablissement",
    "fed": "federation",
    "generale": "general",
    "gpe": "groupe",
    "grpe": "groupe",
    "internat": "international",
    "mme": "madame",
    "nat": "national",
    "reg": "regional",
    "regionale": "regional",
    "departementale": "departemental",
    "sce": "service",
    "serv": "service",
    "soc": "societe",
    "st": "saint",
    "ste": "sainte",
    "synd": "syndicat",
    "tvx": "travaux",
}

# Shared by so many names that finding them on both sides proves little.
COMMON_WORDS = _words(
    "accueil action agglomeration aide atelier auto batiment bureau centre club collectif commune "
    "compagnie conseil cooperative departemental developpement domicile emploi entente environnement "
    "espace europe europeen federation fond fondation formation foyer france general groupe "
    "groupement habitat hotel immobilier industrie insertion institut intermediaire international "
    "jardin local locale maison menage mission national nouveau office organisation pays personne "
    "pole pro professionnel projet proprete regie region regional relais reseau restaurant sante "
    "service social solidaire solidarite sport sud syndicat territoire transport travail travaux "
    "union urbain vie ville"
)

#: Words, first names among them, that many names of companies hold: alone, they point at nobody.
FREQUENT_WORDS = COMMON_WORDS | _words(
    "alain alimentaire amicale amis andre anne antoine arnaud art assurance automobile avenir avocat "
    "banque bar bati beaute belle benoit bernard bio bleu bois boulangerie boutique brigitte btp cabinet "
    "cafe caisse camille cap carrelage catherine cedric cfa chambre charle charpente chauffage chez "
    "christine christophe claire claude co coeur coiffure com comite communaute communication comptoir "
    "concept conseil construction contre coop copropriete coup couverture creation credit culture daniel "
    "david defi deux didier diffusion direction distribution docteur dominique ebeniste eco ecole edition "
    "electricite emmanuel energie ensemble epargne eric espoir est etude euro expertise express fabrice "
    "familial ferme fil fils finance fleur francois francoise frederic frere garage gerard gestion "
    "gilles grand guillaume guy haut haute henri herve holding immeuble immo informatique initiative inter "
    "interim invest investissement jacque jean jerome jeune joseph julien laurent logement loisir loui luc "
    "lycee maconnerie main marc marcel marie martin martine maurice menuiserie metier michel multi mutuelle "
    "nathalie nature nature net nord nouvelle olivier optique or ouest pain paris partage pascal patrick "
    "patrimoine paul peinture petit pharmacie philippe pierre pizza plomberie plus promotion recherche "
    "residence restauration richard robert rose rouge saint sainte sarl sci sebastien securite simon social "
    "sociale solution sophie stephane sylvie technologie terre thierry tri val vallee vert veronique vincent "
    "voyage yves"
)

# Left over on one side only, they tell a subsidiary, a foundation or a holding from the company.
OTHER_ENTITY_WORDS = _words(
    "assurance conseil construction developpement distribution environnement financement foncier "
    "fondation formation groupe holding immobilier industrie interim international invest "
    "investissement location logistique maintenance negoce nettoyage patrimoine participation pro "
    "proprete service solution tourisme transport travaux"
)


class Level(StrEnum):
    """The territory that has one institution of the kind."""

    TOWN = "town"
    DEPARTMENT = "department"
    REGION = "region"


#: Institutions that bear the same name everywhere: words of the name -> (one spelling, territory).
#: The longest that fits is taken.
INSTITUTIONS: dict[tuple[str, ...], tuple[str, Level]] = {
    ("agence", "regional", "sante"): ("ars", Level.REGION),
    ("ars",): ("ars", Level.REGION),
    ("ca",): ("communaute agglomeration", Level.TOWN),
    ("caf",): ("caf", Level.DEPARTMENT),
    ("caisse", "allocation", "familiale"): ("caf", Level.DEPARTMENT),
    ("cap", "emploi"): ("cap emploi", Level.DEPARTMENT),
    ("cc",): ("communaute commune", Level.TOWN),
    ("ccas",): ("ccas", Level.TOWN),
    ("cci",): ("cci", Level.DEPARTMENT),
    ("cd",): ("departement", Level.DEPARTMENT),
    ("centre", "communal", "action", "social"): ("ccas", Level.TOWN),
    ("centre", "social"): ("centre social", Level.TOWN),
    ("cg",): ("departement", Level.DEPARTMENT),
    ("chambre", "commerce", "industrie"): ("cci", Level.DEPARTMENT),
    ("chambre", "metier"): ("cma", Level.DEPARTMENT),
    ("chambre", "metier", "artisanat"): ("cma", Level.DEPARTMENT),
    ("cias",): ("ccas", Level.TOWN),
    ("cidff",): ("cidff", Level.DEPARTMENT),
    ("cma",): ("cma", Level.DEPARTMENT),
    ("college",): ("college", Level.TOWN),
    ("communaute", "agglomeration"): ("communaute agglomeration", Level.TOWN),
    ("communaute", "commune"): ("communaute commune", Level.TOWN),
    ("commune",): ("commune", Level.TOWN),
    ("conseil", "departemental"): ("departement", Level.DEPARTMENT),
    ("conseil", "general"): ("departement", Level.DEPARTMENT),
    ("conseil", "regional"): ("region", Level.REGION),
    ("cpam",): ("cpam", Level.DEPARTMENT),
    ("cress",): ("cress", Level.REGION),
    ("ddets",): ("ddets", Level.DEPARTMENT),
    ("departement",): ("departement", Level.DEPARTMENT),
    ("direccte",): ("direccte", Level.REGION),
    ("dreets",): ("direccte", Level.REGION),
    ("ecole",): ("ecole", Level.TOWN),
    ("france", "travail"): ("pole emploi", Level.TOWN),
    ("lycee",): ("lycee", Level.TOWN),
    ("mairie",): ("commune", Level.TOWN),
    ("maison", "emploi"): ("maison emploi", Level.TOWN),
    ("mde",): ("maison emploi", Level.TOWN),
    ("mission", "local"): ("mission local", Level.TOWN),
    ("mission", "locale"): ("mission local", Level.TOWN),
    ("msa",): ("msa", Level.DEPARTMENT),
    ("office", "tourisme"): ("office tourisme", Level.TOWN),
    ("plie",): ("plie", Level.TOWN),
    ("pole", "emploi"): ("pole emploi", Level.TOWN),
    ("prefecture",): ("prefecture", Level.DEPARTMENT),
    ("region",): ("region", Level.REGION),
    ("sivom",): ("sivom", Level.TOWN),
    ("spip",): ("spip", Level.DEPARTMENT),
    ("unite", "territorial"): ("unite territoriale", Level.DEPARTMENT),
    ("unite", "territoriale"): ("unite territoriale", Level.DEPARTMENT),
    ("ville",): ("commune", Level.TOWN),
}

#: Domains where anybody may have a mailbox: sharing one means nothing.
MAIL_PROVIDERS = _words(
    "aol.com bbox.fr club-internet.fr free.fr gmail.com gmx.fr googlemail.com hotmail.com hotmail.fr "
    "icloud.com laposte.net live.com live.fr me.com msn.com neuf.fr nordnet.fr numericable.fr "
    "orange.fr outlook.com outlook.fr proton.me protonmail.com sfr.fr wanadoo.fr yahoo.com yahoo.fr "
    "ymail.com"
)

#: Sites where anybody may have a page.
SITE_HOSTS = _words(
    "blogspot.com facebook.com free.fr google.com instagram.com jimdo.com linkedin.com pagesjaunes.fr "
    "sites.google.com twitter.com wixsite.com wordpress.com x.com youtube.com"
)
