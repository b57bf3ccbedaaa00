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
    "cent": "100",
    "cie": "compagnie",
    "cinq": "5",
    "cne": "commune",
    "ctre": "centre",
    "ctres": "centre",
    "dept": "departement",
    "deux": "2",
    "dev": "developpement",
    "distrib": "distribution",
    "dix": "10",
    "dpt": "departement",
    "dvpt": "developpement",
    "ent": "entreprise",
    "env": "environnement",
    "etbs": "etablissement",
    "etabl": "etablissement",
    "fed": "federation",
    "form": "formation",
    "frs": "frere",
    "gal": "general",
    "gpe": "groupe",
    "grpe": "groupe",
    "huit": "8",
    "internat": "international",
    "mille": "1000",
    "mme": "madame",
    "mun": "municipal",
    "nat": "national",
    "quatre": "4",
    "reg": "regional",
    "sce": "service",
    "sces": "service",
    "sept": "7",
    "serv": "service",
    "soc": "societe",
    "st": "saint",
    "ste": "sainte",
    "stes": "sainte",
    "synd": "syndicat",
    "trois": "3",
    "tvx": "travaux",
}

# « Ste » before any other word at the head of a name is « Société ».
FEMALE_SAINTS = _words(
    "agathe agnes anne aulaye barbe baume bazeille catherine cecile claire clotilde colombe croix devote elisabeth "
    "eulalie famille florine foy genevieve gemme geneve helene hermine honorine jeanne livrade luce lucie madeleine "
    "marguerite marie marthe maure maxime menehould mere mesme monique odile opportune pazanne philomene radegonde "
    "reine rita rosalie rose sabine savine sigolene solange soline sophie suzanne therese trinite ursule verge vertu "
    "victoire zita"
)

#: Long names written as the initials everybody says. Words as in a name taken apart: folded, singular, no articles.
SPELT_OUT: dict[str, str] = {
    "aide domicile milieu rural": "admr",
    "association familial rural": "afr",
    "association formation professionnelle adulte": "afpa",
    "association intermediaire": "ai",
    "atelier chantier insertion": "aci",
    "auvergne rhone alpes": "aura",
    "bourgogne franche comte": "bfc",
    "centre aide travail": "esat",
    "centre formation apprenti": "cfa",
    "centre hebergement reinsertion social": "chrs",
    "chantier insertion": "aci",
    "entreprise insertion": "ei",
    "entreprise adaptee": "ea",
    "entreprise travail temporaire insertion": "etti",
    "etablissement hebergement personne agee dependante": "ehpad",
    "etablissement service accompagnement travail": "esat",
    "etablissement service aide travail": "esat",
    "federation national association reinsertion social": "fnars",
    "foyer jeune travailleur": "fjt",
    "groupement employeur insertion qualification": "geiq",
    "hauts de france": "hdf",
    "ile de france": "idf",
    "institut medico educatif": "ime",
    "institut therapeutique educatif pedagogique": "itep",
    "maison familial rural education orientation": "mfr",
    "maison familial rural": "mfr",
    "maison jeune culture": "mjc",
    "nord pas de calais": "npdc",
    "office public habitat loyer modere": "oph",
    "office public habitat": "oph",
    "office public hlm": "oph",
    "provence alpes cote d azur": "paca",
    "residence habitat jeune": "fjt",
    "service aide accompagnement domicile": "saad",
    "structure insertion activite economique": "siae",
    "syndicat intercommunal vocation multiple": "sivom",
    "syndicat intercommunal vocation unique": "sivu",
}  # fmt: skip

# Shared by so many names that finding them on both sides proves little.
COMMON_WORDS = _words(
    "accueil action agglomeration aide atelier auto batiment bureau centre cfa chrs club collectif communal commune "
    "compagnie conseil cooperative departemental developpement domicile ehpad emploi entente environnement esat "
    "espace europe europeen federation fond fondation formation foyer france geiq general groupe groupement habitat "
    "hotel immobilier industrie insertion institut intermediaire international jardin local maison menage mfr "
    "mission mjc municipal national nouveau office oph organisation pays personne pole pro professionnel projet "
    "proprete regie region regional relais reseau restaurant sante service social solidaire solidarite sport sud "
    "syndicat territoire transport travail travaux union urbain vie ville"
)

#: Words, first names among them, that many names of companies hold: alone, they point at nobody.
FREQUENT_WORDS = COMMON_WORDS | _words(
    "10 100 1000 1er 2 3 4 5 7 8 adapte agence alain alimentaire amicale amis andre anne antoine arnaud art "
    "assurance automobile avenir avocat banque bar bati beaute belle benoit bernard bio bleu bois boulangerie "
    "boutique brigitte btp cabinet cafe caisse camille camping cantine cap carrelage catherine cedric cfa chambre "
    "charle charpente chauffage chez christine christophe claire claude co coeur coiffure com comite communaute "
    "communication comptoir concept conseil construction contre coop copropriete coup couverture creation creche "
    "credit culture culturel daniel david decheterie defi didier diffusion direction distribution docteur dominique "
    "ebeniste eco ecole edition electricite emmanuel energie ensemble epargne eric espoir est etude euro expertise "
    "express fabrice familial ferme fete fil fils finance fjt fleur francois francoise frederic frere garage gerard "
    "gestion gilles grand guillaume guy gymnase halte haut haute henri herve hlm holding hopital hospitalier "
    "immeuble immo informatique initiative inter interim invest investissement jacque jean jerome jeune joseph "
    "julien laic laique laurent libre logement loisir loui luc lycee maconnerie main marc marcel marie martin "
    "martine maternel maternelle maurice mediatheque medical menuiserie metier michel multi musee mutuelle nathalie "
    "nature net nord nouvelle olivier optique or ouest pain paris partage pascal patisserie patrick patrimoine paul "
    "peinture petit pharmacie philippe pierre piscine pizza pizzeria place plomberie plus port presse primaire "
    "principal promotion public quartier recherche residence restauration retraite richard robert rose rouge rural "
    "saint sainte salle sarl sci scolaire sebastien secours securite simon social solution sophie stade stephane "
    "sylvie tabac technique technologie terre theatre thierry tri val vallee veronique vert vincent voyage yves"
)

#: Words of names that are borne in every town, singular.
NETWORKS = _words(
    "adapei adecco admr adoma afpa agricole aldi amazon apajh apf aubade auchan axa bigmat biocoop bouygues brico "
    "bricomarche bricorama buffalo burger carglass carrefour casino castorama catholique chronopost citroen city "
    "coallia colas compass confort contact crit croix darty decathlon depot derichebourg dhl drive edf eiffage elior "
    "emeis emmau enedis engie express feu flunch fnac foncia franprix gamm geodis gifi gmf grdf groupama gsf hyper "
    "ibis intermarche jardiland kfc kiabi king korian laforest laforet lagrange lcl leclerc leo leroy lidl maaf "
    "macdonald macif maif manpower market matmut mcdo mcdonald mercure merlin midas mma monoprix norauto novotel "
    "onet orange orpea paribas people peugeot point populaire poste proman randstad renault resto samsic sncf sodexo "
    "speedy spie start stef suez super supermarche supplay synergie total totalenergie u udaf ups veolia vinci"
)

#: Given names: two that differ tell two people of one family, or two streets, apart.
GIVEN_NAMES = _words(
    "adele agathe agnes alain albert alex alexandre alexis alice amelie andre andree anne annick antoine arnaud "
    "arthur aurelie aurelien benjamin benoit bernadette bernard bertrand brigitte bruno camille carole caroline "
    "catherine cecile cedric celine chantal charles charlotte chloe christelle christian christiane christine "
    "christophe claire claude claudine clement colette corinne cyril damien daniel daniele david delphine denis "
    "didier dominique edith edouard elisabeth elise emilie emma emmanuel eric estelle etienne eva fabien fabrice "
    "fanny florence florian francis franck francois francoise frank frederic gabriel genevieve georges gerard "
    "ghislaine gilbert gilles gregory guillaume gustave guy helene henri herve hubert hugo ines isabelle jacque "
    "jacqueline jacques jean jeanne jeremy jerome joel jonathan jose joseph josette josiane julie julien juliette "
    "karim karine kevin laetitia laura laure laurence laurent lea leon liliane lionel loic louis louise luc lucas "
    "lucie lucien ludovic madeleine mael manon marc marcel marguerite marie marine marion martin martine mathieu "
    "mathilde maurice maxime mehdi melanie michel michele mickael mireille mohamed monique morgane myriam nadine "
    "nathalie nicolas nicole noe noel odette odile olivier pascal pascale patrice patricia patrick paul pauline "
    "philippe pierre rachid raymond regis remi rene robert roger roland romain rose samir samuel sandrine sarah "
    "sebastien serge simon simone solange sonia sophie stephane stephanie suzanne sylvain sylvie theo therese "
    "thierry thomas valerie veronique victor vincent virginie xavier yann yannick yves yvette yvonne zoe"
)

#: What tells two sites of one town apart.
SIDES = _words("aeroport bas centre droite est gare gauche haut nord ouest port rive sud")

# Left over on one side only, they tell a subsidiary, a foundation or a holding from the company.
OTHER_ENTITY_WORDS = _words(
    "assurance conseil construction developpement distribution environnement financement foncier fondation formation "
    "groupe holding immobilier industrie interim international invest investissement location logistique maintenance "
    "negoce nettoyage patrimoine participation pro proprete service solution tourisme transport travaux"
)


def word_weight(word: str) -> float:
    """How much finding the word on both sides proves, beside a word that few names hold."""
    if len(word) == 1 or word in COMMON_WORDS:
        return 0.3
    return 0.5 if word in FREQUENT_WORDS or word in NETWORKS else 1.0


class Level(StrEnum):
    """The territory that has one institution of the kind."""

    TOWN = "town"
    DEPARTMENT = "department"
    REGION = "region"
    #: Several in a town, each with a name of its own.
    SITE = "site"


#: Institutions that bear the same name everywhere: words of the name -> (one spelling, territory).
#: The longest that fits is taken.
INSTITUTIONS: dict[str, tuple[str, Level]] = {
    "agence national emploi": ("pole emploi", Level.TOWN),
    "agence regional sante": ("ars", Level.REGION),
    "anpe": ("pole emploi", Level.TOWN),
    "ars": ("ars", Level.REGION),
    "assedic": ("pole emploi", Level.TOWN),
    "bij": ("info jeune", Level.TOWN),
    "bureau information jeunesse": ("info jeune", Level.TOWN),
    "ca": ("communaute agglomeration", Level.TOWN),
    "caf": ("caf", Level.DEPARTMENT),
    "caisse allocation familial": ("caf", Level.DEPARTMENT),
    "caisse assurance retraite sante travail": ("carsat", Level.REGION),
    "caisse primaire assurance maladie": ("cpam", Level.DEPARTMENT),
    "caisse regional assurance maladie": ("carsat", Level.REGION),
    "cap emploi": ("cap emploi", Level.DEPARTMENT),
    "carsat": ("carsat", Level.REGION),
    "cc": ("communaute commune", Level.TOWN),
    "ccas": ("ccas", Level.TOWN),
    "cci": ("cci", Level.DEPARTMENT),
    "cd": ("departement", Level.DEPARTMENT),
    "centre communal action social": ("ccas", Level.TOWN),
    "centre hospitalier": ("centre hospitalier", Level.TOWN),
    "centre hospitalier regional": ("centre hospitalier", Level.TOWN),
    "centre hospitalier universitaire": ("centre hospitalier", Level.TOWN),
    "centre information droit femme famille": ("cidff", Level.DEPARTMENT),
    "centre intercommunal action social": ("ccas", Level.TOWN),
    "centre social": ("centre social", Level.SITE),
    "cg": ("departement", Level.DEPARTMENT),
    "ch": ("centre hospitalier", Level.TOWN),
    "chambre agriculture": ("chambre agriculture", Level.DEPARTMENT),
    "chambre commerce": ("cci", Level.DEPARTMENT),
    "chambre commerce industrie": ("cci", Level.DEPARTMENT),
    "chambre metier": ("cma", Level.DEPARTMENT),
    "chambre metier artisanat": ("cma", Level.DEPARTMENT),
    "chr": ("centre hospitalier", Level.TOWN),
    "chu": ("centre hospitalier", Level.TOWN),
    "cias": ("ccas", Level.TOWN),
    "cidff": ("cidff", Level.DEPARTMENT),
    "cma": ("cma", Level.DEPARTMENT),
    "college": ("college", Level.SITE),
    "communaute agglomeration": ("communaute agglomeration", Level.TOWN),
    "communaute commune": ("communaute commune", Level.TOWN),
    "commune": ("commune", Level.TOWN),
    "conseil departemental": ("departement", Level.DEPARTMENT),
    "conseil general": ("departement", Level.DEPARTMENT),
    "conseil regional": ("region", Level.REGION),
    "cpam": ("cpam", Level.DEPARTMENT),
    "cram": ("carsat", Level.REGION),
    "cress": ("cress", Level.REGION),
    "ddcs": ("ddets", Level.DEPARTMENT),
    "ddets": ("ddets", Level.DEPARTMENT),
    "ddetspp": ("ddets", Level.DEPARTMENT),
    "ddtefp": ("ddets", Level.DEPARTMENT),
    "departement": ("departement", Level.DEPARTMENT),
    "direccte": ("direccte", Level.REGION),
    "direction departemental cohesion social": ("ddets", Level.DEPARTMENT),
    "direction departemental emploi travail solidarite": ("ddets", Level.DEPARTMENT),
    "direction departemental travail emploi formation professionnel": ("ddets", Level.DEPARTMENT),
    "direction regional economie emploi travail solidarite": ("direccte", Level.REGION),
    "direction regional entreprise concurrence consommation travail emploi": ("direccte", Level.REGION),
    "dreets": ("direccte", Level.REGION),
    "drieets": ("direccte", Level.REGION),
    "drtefp": ("direccte", Level.REGION),
    "ecole": ("ecole", Level.SITE),
    "france travail": ("pole emploi", Level.TOWN),
    "ft": ("pole emploi", Level.TOWN),
    "lycee": ("lycee", Level.SITE),
    "mairie": ("commune", Level.TOWN),
    "maison emploi": ("maison emploi", Level.TOWN),
    "maison emploi formation": ("maison emploi", Level.TOWN),
    "mde": ("maison emploi", Level.TOWN),
    "mdef": ("maison emploi", Level.TOWN),
    "mission local": ("mission local", Level.TOWN),
    "ml": ("mission local", Level.TOWN),
    "mlj": ("mission local", Level.TOWN),
    "msa": ("msa", Level.DEPARTMENT),
    "mutualite social agricole": ("msa", Level.DEPARTMENT),
    "office tourisme": ("office tourisme", Level.TOWN),
    "pe": ("pole emploi", Level.TOWN),
    "pij": ("info jeune", Level.TOWN),
    "plan local insertion emploi": ("plie", Level.TOWN),
    "plan local pluriannuel insertion emploi": ("plie", Level.TOWN),
    "plie": ("plie", Level.TOWN),
    "point information jeunesse": ("info jeune", Level.TOWN),
    "pole emploi": ("pole emploi", Level.TOWN),
    "prefecture": ("prefecture", Level.DEPARTMENT),
    "protection judiciaire jeunesse": ("pjj", Level.DEPARTMENT),
    "region": ("region", Level.REGION),
    "service penitentiaire insertion probation": ("spip", Level.DEPARTMENT),
    "sivom": ("sivom", Level.TOWN),
    "spip": ("spip", Level.DEPARTMENT),
    "unite territorial": ("unite territorial", Level.DEPARTMENT),
    "urssaf": ("urssaf", Level.REGION),
    "ville": ("commune", Level.TOWN),
}

#: Domains where anybody may have a mailbox: sharing one means nothing.
MAIL_PROVIDERS = _words(
    "aol.com bbox.fr club-internet.fr free.fr gmail.com gmx.fr googlemail.com hotmail.com hotmail.fr icloud.com "
    "laposte.net live.com live.fr me.com msn.com neuf.fr nordnet.fr numericable.fr orange.fr outlook.com outlook.fr "
    "proton.me protonmail.com sfr.fr wanadoo.fr yahoo.com yahoo.fr ymail.com"
)

#: Sites where anybody may have a page.
SITE_HOSTS = _words(
    "blogspot.com facebook.com free.fr google.com instagram.com jimdo.com linkedin.com pagesjaunes.fr "
    "sites.google.com twitter.com wixsite.com wordpress.com x.com youtube.com"
)
