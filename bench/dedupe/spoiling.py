"""
What people do to the name and the address of a company, done on purpose to labelled rows, for training only.

Labelled files hold the damage that their makers thought of. Here are other ways of going wrong, and other traps:
a model that has seen both leans on neither. The words are ordinary French, from no file.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence

Row = dict[str, str]
#: What a row holds beside its identifier.
ROW = ("nom", "siret", "adresse", "code_postal", "ville", "telephone", "email", "site_web")

SMALL = {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"}
FORMS = (
    "SARL", "S.A.R.L.", "sarl", "SAS", "S.A.S.", "SASU", "EURL", "SA", "Société", "Sté", "Ets", "Établissements",
    "Entreprise", "Association", "Assoc.", "ASS", "SCOP", "Coopérative", "Société à responsabilité limitée",
    "Société par actions simplifiée", "SCIC", "Groupe", "Entr.", "EI",
)  # fmt: skip
TRADES = ("Garage", "Cabinet", "Maison", "Atelier", "Transports", "Restaurant", "Centre", "Boutique", "Menuiserie")
BRANCHES = (
    "Immobilier", "Location", "Logistique", "Énergie", "Formation", "Santé", "Services", "Événements", "Numérique",
    "Propreté", "Habitat", "Conseil", "Travaux", "Intérim", "Holding", "Participations", "Développement", "Nettoyage",
    "Espaces verts", "Transport", "Sécurité", "Ingénierie", "Restauration", "Fondation", "International",
)  # fmt: skip
SHORT = {
    "saint": "st", "sainte": "ste", "general": "gal", "service": "sce", "services": "serv.", "entreprise": "ent",
    "etablissement": "ets", "compagnie": "cie", "centre": "ctre", "association": "asso", "national": "nat.",
    "departemental": "dep", "travaux": "tvx", "developpement": "dev", "formation": "form.", "professionnel": "pro",
    "frere": "frs", "freres": "frs", "fils": "fs", "societe": "ste", "federation": "fed.", "batiment": "bat",
}  # fmt: skip
SOUNDS = (
    ("ph", "f"), ("eau", "o"), ("au", "o"), ("qu", "k"), ("y", "i"), ("ll", "l"), ("nn", "n"), ("tt", "t"),
    ("ss", "s"), ("h", ""), ("ai", "e"), ("ç", "ss"), ("k", "c"), ("s", "z"), ("an", "en"), ("x", "ks"),
)  # fmt: skip
SHAPES = (("o", "0"), ("l", "1"), ("i", "l"), ("rn", "m"), ("m", "rn"), ("e", "c"), ("s", "5"), ("b", "8"), ("u", "v"))
REMARKS = (
    "à rappeler", "ne répond plus", "voir Mme Dupont", "M. Martin", "(relancé en mai)", "- nouveau contact", "*", "!!",
    "/ accueil", "(ancien partenaire)", "- siège", "antenne", "site principal", "(rdc)", "2", "bis", "fermé l'été",
)  # fmt: skip
STREETS = ("rue", "av.", "avenue", "bd", "place", "chemin", "impasse", "route", "allée", "ZA", "ZI", "lieu-dit")


def slip(text: str, chance: random.Random) -> str:
    """One slip of the finger: a letter lost, doubled, exchanged with its neighbour or taken for another."""
    if len(text) < 3:
        return text
    at = chance.randrange(len(text) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[: at + 1] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + chance.choice("aeiourstnlmdcpqz") + text[at + 1 :]


def initials(name: str, chance: random.Random) -> str:
    """The acronym of a name, its small words counted or not, dotted or not; '' when it has too few words."""
    words = [word for word in re.findall(r"\w+", name) if chance.random() < 0.2 or word.lower() not in SMALL]
    if len(words) < 3:
        return ""
    return chance.choice(("", "", "", ".", " ")).join(word[0].upper() for word in words[:8])


def invented(names: Sequence[str], chance: random.Random) -> str:
    """Another name, made of words of two names that have nothing to do with each other."""
    one, other = chance.choice(names).split() or ["x"], chance.choice(names).split() or ["y"]
    return " ".join([chance.choice(one), chance.choice(other)][: chance.choice((1, 2, 2))])


def _both(name: str, other: str, chance: random.Random) -> str:
    shapes = ("{a} ({b})", "{a} - {b}", "{b} - {a}", "{a} / {b}", "{a} enseigne {b}", "{a} {b}", "{b} {a}")
    return chance.choice(shapes).format(a=name, b=other)


def _renamed(name: str, other: str, chance: random.Random) -> str:
    shape = chance.choice(("{b} ex {a}", "{b} (ex {a})", "{b} (anciennement {a})", "{b}", "{a} devenu {b}"))
    return shape.format(a=name, b=other)


def _shuffled(name: str, chance: random.Random) -> str:
    words = name.split()
    if chance.random() < 0.5:
        return " ".join([*words[1:], *words[:1]])
    chance.shuffle(words)
    return " ".join(words)


def _glued(name: str, chance: random.Random) -> str:
    if chance.random() < 0.3:
        return re.sub(r"[\s.'-]", "", name)
    spaces = [place for place, character in enumerate(name) if character == " "]
    at = chance.choice(spaces) if spaces else -1
    return name[:at] + chance.choice(("", "", "-")) + name[at + 1 :] if at >= 0 else name


def _cut(name: str, chance: random.Random) -> str:
    return name[: max(5, chance.choice((12, 16, 20, 25, 30, int(len(name) * chance.uniform(0.4, 0.85)))))]


def _sorted_column(name: str, chance: random.Random) -> str:
    """« Morel (Garage) », « Morel, Garage »: what tells comes first."""
    words = name.split()
    if len(words) < 2:
        return name
    at = chance.choice((1, 1, len(words) - 1))
    head, rest = " ".join(words[:at]), " ".join(words[at:])
    return chance.choice(("{r} ({h})", "{r}, {h}", "{r} - {h}", "{r} {h}")).format(h=head, r=rest)


def _split(name: str, chance: random.Random) -> str:
    """A space or a hyphen inside a word."""
    at = chance.randrange(2, max(3, len(name) - 2))
    return name[:at] + chance.choice((" ", "-", ".")) + name[at:]


def _word_lost(name: str, chance: random.Random) -> str:
    words = name.split()
    if len(words) > 1:
        words.pop(chance.randrange(len(words)))
    return " ".join(words)


def _formed(name: str, chance: random.Random) -> str:
    if chance.random() < 0.35:
        words = name.split()
        kept = [word for word in words if word.replace(".", "").upper() not in {"SARL", "SAS", "SA", "EURL", "ASSOC"}]
        return " ".join(kept or words)
    form = chance.choice(FORMS)
    return f"{form} {name}" if chance.random() < 0.65 else f"{name} {form}"


def _shortened(name: str, chance: random.Random) -> str:
    words = name.split()
    for place, word in enumerate(words):
        low = word.lower()
        if low in SHORT:
            words[place] = SHORT[low]
        elif len(word) > 7 and chance.random() < 0.4:
            words[place] = word[: chance.choice((3, 4, 5))] + chance.choice((".", ""))
    return " ".join(words)


def _replaced(name: str, table: Sequence[tuple[str, str]], chance: random.Random) -> str:
    low = name.lower()
    fitting = [pair for pair in table if pair[0] in low]
    if not fitting:
        return name
    old, new = chance.choice(fitting)
    return low.replace(old, new, 1)


def _with_town(name: str, town: str, chance: random.Random) -> str:
    if not town:
        return name
    shapes = ("{n} de {t}", "{n} {t}", "{n} - {t}", "{n} ({t})", "{t} {n}", "Agence {n} {t}", "{n} site de {t}")
    return chance.choice(shapes).format(n=name, t=town)


def damage_name(row: Row, names: Sequence[str], chance: random.Random) -> None:
    """Damage the name of a row, in none to three ways."""
    town = row["ville"]
    ways: tuple[tuple[float, Callable[[str], str]], ...] = (
        (0.06, lambda n: initials(n, chance) or n),
        (0.03, lambda n: _both(n, initials(n, chance) or invented(names, chance), chance)),
        (0.08, lambda n: invented(names, chance)),
        (0.04, lambda n: _both(n, invented(names, chance), chance)),
        (0.05, lambda n: _renamed(n, invented(names, chance), chance)),
        (0.05, lambda n: _cut(n, chance)),
        (0.08, lambda n: _word_lost(n, chance)),
        (0.05, lambda n: _shuffled(n, chance)),
        (0.03, lambda n: _sorted_column(n, chance)),
        (0.04, lambda n: _glued(n, chance)),
        (0.02, lambda n: _split(n, chance)),
        (0.04, lambda n: f"{n} {chance.choice(REMARKS)}"),
        (0.05, lambda n: _with_town(n, town, chance)),
        (0.12, lambda n: _formed(n, chance)),
        (0.03, lambda n: f"{chance.choice(TRADES)} {n}"),
        (0.06, lambda n: _shortened(n, chance)),
        (0.05, lambda n: _replaced(n, SOUNDS, chance)),
        (0.04, lambda n: _replaced(n, SHAPES, chance)),
        (0.12, lambda n: slip(n, chance)),
        (0.03, lambda n: slip(slip(n, chance), chance)),
    )
    for rate, way in ways:
        if row["nom"] and chance.random() < rate:
            row["nom"] = way(row["nom"])


def damage_facts(row: Row, rows: Sequence[Row], chance: random.Random, moved: float) -> None:
    """Lose, mistype or change what is not the name. `moved`: the share that is found elsewhere."""
    siret = re.sub(r"\D", "", row["siret"])
    if siret and chance.random() < 0.2:
        at = chance.randrange(len(siret))
        mistyped = siret[:at] + str(chance.randrange(10)) + siret[at + 1 :]
        row["siret"] = chance.choice(("", "", siret[:9], mistyped))
    street = row["adresse"]
    if street and chance.random() < 0.25:
        way = chance.choice(STREETS)
        row["adresse"] = chance.choice((
            "", slip(street, chance), re.sub(r"^\d+\s*\w?\s", "", street), f"Bâtiment B {street}",
            f"{street} BP 40{len(street)}", f"ZA de la Gare {street}",
            re.sub(r"^(\d*)\s*(\w+)\b", rf"\1 {way}", street),
        ))  # fmt: skip
    if chance.random() < moved:
        _move(row, _near(row, rows, chance), chance)
    elif chance.random() < moved / 2:
        # The town next door, or the one that the post or the road names.
        near = _near(row, rows, chance)
        row["ville"], row["code_postal"] = near["ville"], chance.choice((near["code_postal"], row["code_postal"], ""))
    if chance.random() < 0.08:
        code = row["code_postal"]
        row["code_postal"] = chance.choice(("", code[:2], code and f"{code[:3]}{chance.randrange(100):02d}"))
    if row["ville"] and chance.random() < 0.1:
        row["ville"] = chance.choice(("", slip(row["ville"], chance), f"{row['ville']} cedex", row["ville"].upper()))
    if row["telephone"] and chance.random() < 0.2:
        other = f"0{chance.randrange(1, 8)}{chance.randrange(10**8):08d}"
        row["telephone"] = chance.choice(("", "", slip(row["telephone"], chance), other))
    if row["email"] and chance.random() < 0.25:
        local, _, domain = row["email"].partition("@")
        post = chance.choice(("contact", "rh", "accueil", "info"))
        row["email"] = chance.choice(("", "", f"{post}@{domain}", f"{slip(local, chance)}@{domain}"))
    if row["site_web"] and chance.random() < 0.2:
        row["site_web"] = ""


def _near(row: Row, rows: Sequence[Row], chance: random.Random) -> Row:
    """Another row, of the same département when one is met in a few draws."""
    drawn = [chance.choice(rows) for _ in range(60)]
    return next((other for other in drawn if other["code_postal"][:2] == row["code_postal"][:2]), drawn[0])


def _move(row: Row, other: Row, chance: random.Random) -> None:
    """To another address, of the same département when the other row allows it; the telephone is often kept."""
    row["adresse"] = other["adresse"]
    if row["code_postal"][:2] == other["code_postal"][:2]:
        row["code_postal"], row["ville"] = other["code_postal"], other["ville"]
    row["siret"] = chance.choice(("", row["siret"][:9]))
    if row["telephone"] and chance.random() < 0.35:
        row["telephone"] = f"0{chance.randrange(1, 8)}{chance.randrange(10**8):08d}"


def traps(rows: Sequence[Row], chance: random.Random, rate: float) -> Iterator[Row]:
    """Rows that resemble another one and are not it: subsidiaries, branches, namesakes, neighbours."""
    for row in rows:
        if chance.random() >= rate:
            continue
        other = chance.choice(rows)
        trap = dict(row)
        kind = chance.randrange(5)
        trap["siret"] = ""
        if kind <= 1:
            branch = chance.choice(BRANCHES)
            trap["nom"] = f"{row['nom']} {branch}" if chance.random() < 0.8 else f"{branch} {row['nom']}"
            if chance.random() < 0.5:
                trap["telephone"] = ""
            if chance.random() < 0.5:
                trap["email"] = ""
        elif kind == 2:
            trap |= {name: other[name] for name in ("adresse", "code_postal", "ville", "telephone")}
            trap["email"] = chance.choice((row["email"], other["email"], ""))
        elif kind == 3:
            # Next door, sometimes behind one switchboard.
            shared = ("adresse", "code_postal", "ville", *chance.choice(((), (), ("telephone",))))
            trap |= {name: other[name] if name in shared else "" for name in ROW if name not in {"nom", "siret"}}
        else:
            trap |= {name: other[name] for name in ("nom", "email", "site_web")}
            if chance.random() < 0.5:
                trap["telephone"] = other["telephone"]
        yield trap
