"""A hundred and eight more partners, known and not followed. All invented; phones and towns as in demo_partners.py."""

from typing import NamedTuple

from crm.partners.enums import PartnerKind
from seeds.demo_partners import (
    ANTONY,
    BAGNEUX,
    BIEVRE,
    BOURG,
    CHATENAY,
    FRESNES,
    LHAY,
    MASSY,
    PALAISEAU,
    RUNGIS,
    SCEAUX,
    VERRIERES,
    WISSOUS,
)

_TOWNS = {
    "An": ANTONY, "Ba": BAGNEUX, "Bi": BIEVRE, "Bo": BOURG, "Ch": CHATENAY, "Fr": FRESNES, "Lh": LHAY, "Ma": MASSY,
    "Pa": PALAISEAU, "Ru": RUNGIS, "Sc": SCEAUX, "Ve": VERRIERES, "Wi": WISSOUS,
}  # fmt: skip
_STREETS = (
    "rue des Tanneries", "avenue du Belvédère", "rue du Moulin-Sec", "impasse des Charmilles", "rue des Quatre-Vents",
    "allée des Bouleaux", "rue du Puits-Carré", "chemin des Sablons", "rue de la Fontaine-Haute", "place du Vieux-Four",
    "avenue des Érables", "rue des Maraîchers", "boulevard du Coteau", "rue de l'Ancienne-Halle", "rue des Meuniers",
)  # fmt: skip


class Company(NamedTuple):
    """One of them. `person`: first name, last name and function of somebody there, '' when nobody is known."""

    name: str
    kind: PartnerKind
    sector: str
    street: str
    town: tuple[str, str]
    person: tuple[str, str, str]


_TABLE = """
Boucherie Valdugnac;craft;boucherie;An;Lucas Valdugnac, artisan
Boulangerie Au Fournil Clair;craft;boulangerie;Ma;Sabrina Oudremont, gérante
Pâtisserie Cherambert;craft;pâtisserie;Sc;Alix Cherambert, gérante
Fromagerie du Buron-Gris;craft;commerce alimentaire;Bo;
Primeurs Jonquevault;craft;commerce alimentaire;Lh;Driss Jonquevault, gérant
Poissonnerie L'Estran-Bleu;craft;commerce alimentaire;Fr;
Torréfaction Morizière;craft;commerce alimentaire;Sc;Fanny Morizière, gérante
Traiteur Bosquedieu;craft;traiteur;Ch;Gaspard Bosquedieu, chef
Restaurant La Table d'Orzival;craft;restauration;An;Houria Benzalbec, cheffe
Brasserie du Rond-Carré;craft;restauration;Ma;Ivan Laurithon, gérant
Crêperie Blé-d'Ardoise;craft;restauration;Bo;
Cantine Les Marmites-Vives;company;restauration collective;Ba;Jeanne Guinleroy, responsable de site
Restauration Sauvembert;company;restauration collective;Ru;Kévin Oriscourt, responsable d'exploitation
Coiffure Fargette;craft;coiffure;An;
Pressing Blanc-Verger;craft;blanchisserie;Ch;Mina Tramezel, gérante
Cordonnerie des Deux-Ponts;craft;cordonnerie;Ma;
Retouches Aiguille-Vive;craft;couture;Fr;Coralie Destrevel, couturière
Tapisserie Orimbert;craft;ameublement;Ve;Basile Orimbert, artisan
Ébénisterie Laurizière;craft;ébénisterie;Pa;
Charpentes Tréleroy;company;charpente;Ve;Élodie Tréleroy, dirigeante
Couverture Ardoisel;company;couverture;Wi;Samuel Ardoisel, conducteur de travaux
Maçonnerie Bosquethon;company;gros œuvre;Ma;
Carrelages Guindieu;craft;carrelage;Ba;Nicolas Guindieu, artisan
Électricité Lumiérac;company;électricité;An;Aurore Lumiérac, dirigeante
Chauffage Sauvezière;company;chauffage;Fr;Thomas Sauvezière, gérant
Serrurerie Farcourt;craft;serrurerie;Bo;
Peinture Mirabois;craft;peinture;Lh;Wassim Mirabois, artisan
Isolation Les Murs-Doux;company;isolation;Pa;Claire Perrovault, responsable de chantier
Vitrerie Chermiroir;craft;vitrerie;Ch;
Ramonage Suie-Légère;craft;ramonage;An;
Stores et Volets Ombral;company;menuiserie aluminium;Ru;Fabrice Ombral, gérant
Élagage Haute-Branche;company;espaces verts;Ve;Martin Orsauval, chef d'équipe
Jardins Valmousse;company;espaces verts;Ch;
Pépinière du Clos-Rameau;company;pépinière;Pa;Odette Varembon, responsable
Maraîchage Les Planches-Hautes;company;maraîchage;Bi;Simon Jonquegnac, maraîcher
Garage du Clos-Gambier;craft;réparation automobile;An;Yves Gambierre, chef d'atelier
Carrosserie Perrodieu;craft;carrosserie;Ma;
Pneus Roulandais;company;réparation automobile;Ru;Inaya Roulandais, responsable d'atelier
Contrôle technique Vérifort;company;contrôle technique;Wi;
Cycles Guidonnet;craft;réparation de cycles;Sc;Paul Guidonnet, gérant
Transports Sauvethon;company;logistique;Ru;Mélanie Sauvethon, ressources humaines
Messagerie Trottefort;company;logistique;Wi;Adel Bérangé, chef de quai
Entrepôts Rungival;company;logistique;Ru;Sandrine Ozeraie, ressources humaines
Déménagements Porteclair;company;déménagement;Fr;
Taxis du Plateau-Perché;company;transport de personnes;Ma;
Ambulances Val-Perché;company;transport sanitaire;Ch;Roger Lafrezière, gérant
Propreté Luisante;company;propreté;Ba;Aminata Corvelle, responsable de secteur
Nettoyage Brillaure;company;propreté;Ru;
Vitres et Façades Clairmont-Sec;company;propreté;An;Ludovic Farthon, chef d'agence
Gardiennage Porte-Veille;company;sécurité;Wi;
Conserverie Bocalet;company;agroalimentaire;Ru;Estelle Bocalet, directrice de production
Confitures Groseillan;company;agroalimentaire;Ve;Léonie Groseillan, gérante
Brasserie artisanale Houblonne;company;agroalimentaire;Pa;
Glaces Frimagel;company;agroalimentaire;Fr;Victor Amblard-Noé, chef d'atelier
Papeterie Vélinex;company;papeterie;Ba;
Reliure Dos-Carré;craft;imprimerie;Bo;
Enseignes Lettrafort;company;signalétique;Ma;Amélie Jorvaux, gérante
Mécanique Fraisac;company;usinage;Wi;Bernard Fraisac, dirigeant
Tôlerie Plivance;company;métallurgie;Ma;Noura Plivance, ressources humaines
Électronique Soudarel;company;électronique;Pa;Cédric Soudarel, chef d'atelier
Emballages Caissentiel;company;emballage;Ru;
Meubles Tiroirac;company;commerce de meubles;Wi;Pauline Griselin, directrice de magasin
Jouets Toupinet;craft;commerce de détail;Sc;
Librairie Page-Vingt;craft;commerce de détail;Sc;Irène Coursival, libraire
Vêtements Ourletto;craft;commerce de détail;An;Lamia Ourletto, gérante
Supérette Le Cabas-Rond;company;commerce alimentaire;Ba;Grégory Menaudel, directeur
Supérette La Tournelle-Verte;company;commerce alimentaire;Fr;
Jardinerie Grand-Semis;company;commerce de jardinage;Ve;Corinne Alvasset, directrice
Pharmacie du Vieux-Cadran;craft;pharmacie;An;
Optique Clairvue-Basse;craft;optique;Bo;
Hôtel du Cèdre-Creux;company;hôtellerie;An;Tiphaine Rocvert, gouvernante
Auberge des Trois-Meules;company;hôtellerie;Bi;
Résidence hôtelière Halte-Sud;company;hôtellerie;Ru;Marwan Delseigne, directeur
Clinique des Hauts-Sorbiers;company;santé;Ch;Béatrice Olmont, ressources humaines
Laboratoire Analix;company;santé;Ma;
Aide à domicile Pas-à-Pas-Sud;association;aide à domicile;An;Ghislaine Torvault, responsable de secteur
Résidence Les Vergers-Calmes;association;résidence pour personnes âgées;Fr;Didier Aumérac, directeur
Crèche Les Petits-Sabots;association;petite enfance;Ba;
Centre de loisirs La Balançoire-Rouge;association;animation;Ch;Soline Verdelet, directrice
Ressourcerie du Grand-Tri;association;réemploi;Pa;Maxime Ferlandier, coordinateur
Épicerie solidaire Le Panier-Doux;association;aide alimentaire;Ba;
Association sportive Les Foulées-Basses;association;sport;Ma;
Chantier Les Mains-Vertes du Plateau;siae;maraîchage d'insertion;Pa;Agathe Rimbauval, directrice
Insertion Bâti-Seconde;siae;second œuvre;Ba;
Atelier Couture du Lavoir;siae;couture;Fr;Nadège Osmonville, encadrante
Intérim Tandémia;temp_agency;travail temporaire;Ru;Cyril Davrault, chargé de recrutement
Intérim Relayance;temp_agency;travail temporaire;Ma;
Logement Les Toits-Communs;social_landlord;logement social;An;Florence Quesnoy-Bel, responsable de secteur
Habitat Sud-Plateau;social_landlord;logement social;Ma;
Foyer Les Marronniers-Neufs;social_landlord;résidence sociale;Fr;Hervé Contal, directeur
Copropriété Les Glycines-Hautes;coproperty;gestion d'immeubles;Sc;
Copropriété du Parc-Argenté;coproperty;gestion d'immeubles;An;Josiane Pelvet, présidente du conseil syndical
Syndic Clefaverne;coproperty;gestion d'immeubles;Bo;Romain Clefaverne, gestionnaire
Communauté du Plateau-Perché;local_authority;intercommunalité;Ma;Valérie Ségonzat, chargée de mission emploi
Centre social de Bièvre-sous-Bois;local_authority;action sociale;Bi;
Régie des écoles de Bièvre-sous-Bois;local_authority;restauration scolaire;Bi;Patrice Mullot, intendant
Point Emploi des Sablons-Hauts;employment_service;emploi;Ch;Karine Osteval, conseillère entreprises
Relais Emploi-Jeunes du Plateau;employment_service;emploi des jeunes;Pa;
Institut des Métiers de Bouche;training;formation;Ru;Alain Courvoise, responsable des relations entreprises
Atelier-École du Val-Perché;training;formation;An;
École de la Deuxième-Rame;training;formation;Ba;Judith Maurelle, coordinatrice
Opérateur Compétences-Horizon;opco;financement de la formation;Ru;
Réseau Dirigeantes du Sud;network;réseau d'entreprises;An;Hélène Brissault, animatrice
Les Commerçants de la Halle-Perchée;network;commerçants;An;
Chambre des métiers du Val-Perché;chamber;chambre consulaire;Ba;Franck Istrevel, conseiller
Inspection du travail du Val-Perché;state_service;service de l'État;Ch;
Fondation Les Semeurs-d'Élan;foundation;mécénat;Sc;Diane Herbelot, déléguée
Fonds Rive-Solidaire;foundation;mécénat;Ba;
"""


def _company(rank: int, line: str) -> Company:
    name, kind, sector, town, person = line.split(";")
    first_name, _, rest = person.partition(" ")
    last_name, _, function = rest.partition(", ")
    street = f"{rank * 7 % 89 + 1} {_STREETS[rank % len(_STREETS)]}"
    return Company(name, PartnerKind(kind), sector, street, _TOWNS[town], (first_name, last_name, function))


COMPANIES = tuple(_company(rank, line) for rank, line in enumerate(_TABLE.strip().splitlines()))
