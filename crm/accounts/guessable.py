"""
What is tried first: common words, years, rows of the keyboard, and what is made of them.

The list is ours: base words below, joined by rule. `entries()` holds every word and every pair of words as they are
once folded (lower case, no accent, usual substitutes read as letters, nothing but letters and digits).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import product

_FRENCH = """
    motdepasse mdp passe secret code acces compte connexion session utilisateur administrateur admin direction accueil
    bonjour bonsoir salut coucou bienvenue merci jetaime amour bisou bisous cheri cherie coeur ange doudou loulou
    bebe maman papa famille enfant copain copine ami amie princesse prince reine roi
    soleil lune etoile ciel mer plage montagne foret fleur rose jardin maison voiture moto velo train bateau avion
    chat chien cheval lapin oiseau dauphin papillon tigre lion loup poisson souris
    chocolat fromage cafe pain vin biere pomme fraise banane cerise
    rouge bleu vert jaune noir blanc violet orange gris
    lundi mardi mercredi jeudi vendredi samedi dimanche
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    printemps ete automne hiver noel vacances anniversaire
    paris marseille lyon toulouse lille nantes bordeaux bretagne france francais
    football foot rugby tennis champion equipe musique guitare danse cinema
    liberte egalite fraternite republique association insertion chantier atelier emploi travail bureau entreprise
    structure partenaire partenariat stage formation solidarite azerty ordinateur internet toto titi tata
"""
_ENGLISH = """
    password pass passwd word secret login welcome hello test testing tester user username guest root master admin
    administrator default change changeme letmein trustno access account system server manager office company
    love lover iloveyou baby angel princess prince queen king sunshine sun moon star summer winter autumn spring
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    dragon monkey tiger lion wolf bear eagle horse dog cat bird fish shadow ninja hunter killer batman superman
    football baseball basketball soccer hockey player game gamer computer internet qwerty
    money freedom forever family friend friends happy lucky magic flower rose garden house car red blue green black
    white yellow orange purple silver gold diamond ginger pepper cheese chocolate cookie coffee apple banana
    michael jordan charlie robert thomas daniel george
"""
#: Names of the product itself, in the two ways people call it.
_PRODUCT = "passerelle crm"

_ROWS = (
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "azertyuiopqsdfghjklmwxcvbn"),
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm"),
    *("qwertzuiop", "yxcvbnm", "bepoauievdljzw", "abcdefghijklmnopqrstuvwxyz", "01234567890"),
    *(
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1aqw2zsx3edc4rfv5tgb6yhn7uj",
        "aqwzsxedcrfvtgbyhnuj",
        "qazwsxedcrfvtgbyhnujmikolp",
    ),
    *("147258369", "741852963", "789456123"),
)
_SUBSTITUTES = str.maketrans("0134578@$€!|", "oieastbaseil")
_NOT_A_SIGN = re.compile(r"[\W_]")
_ENDS = re.compile(r"^[\d\W_]+|[\d\W_]+$")
_YEAR = re.compile(r"(?:19|20)\d\d")

#: The shortest run of a row that counts as one: shorter ones stand in ordinary words.
RUN = 4


@cache
def words() -> frozenset[str]:
    """The base words, folded."""
    return frozenset(f"{_FRENCH} {_ENGLISH} {_PRODUCT}".split())


@cache
def entries() -> frozenset[str]:
    """Every word, every pair of words, and every run of eight signs or more along a row, both ways."""
    pairs = {first + second for first, second in product(words(), repeat=2)}
    runs = {row[start:end] for row in _rows() for start in range(len(row)) for end in range(start + 8, len(row) + 1)}
    return words() | pairs | runs


def common(password: str) -> bool:
    """Whether this is an entry, whatever its accents, substitutes, and the digits and signs around or inside it."""
    return any(form in entries() or reduced(form) in entries() for form in forms(password))


def forms(password: str) -> set[str]:
    """The ways a password is read: as typed, with substitutes read as letters, without what stands around it."""
    plain = unaccented(password)
    bare = _ENDS.sub("", plain)
    readings = {plain, bare, plain.translate(_SUBSTITUTES), bare.translate(_SUBSTITUTES)}
    readings |= {_YEAR.sub("", reading) for reading in (plain, bare)}
    folded = {_NOT_A_SIGN.sub("", reading) for reading in readings}
    return folded | {re.sub(r"\d", "", form) for form in folded}


def unaccented(text: str) -> str:
    """Lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def reduced(text: str) -> str:
    """A text that says the same thing several times, said once ("abcabcab": "abc"); else the text itself."""
    for size in range(1, len(text) // 2 + 1):
        if all(text[place] == text[place - size] for place in range(size, len(text))):
            return text[:size]
    return text


def repeats(password: str) -> bool:
    """Whether the whole is one piece said again, or has fewer than five different signs."""
    plain = unaccented(password)
    folded = _NOT_A_SIGN.sub("", plain)
    return len(set(plain)) < 5 or reduced(plain) != plain or (len(folded) > 1 and reduced(folded) != folded)


def left_without_runs(password: str) -> int:
    """How many letters and digits remain once the runs along a row of the keyboard or of the alphabet are taken out."""
    text = _NOT_A_SIGN.sub("", unaccented(password))
    place = left = 0
    while place < len(text):
        size = _run(text, place)
        left += 0 if size else 1
        place += size or 1
    return left


def left_without(password: str, known: Iterable[str]) -> int:
    """
    How many letters remain once the words of `known`, the common words and the digits are taken out.

    A password that holds none of `known` keeps all its signs.
    """
    told = sorted({form for word in (*known, *_PRODUCT.split()) for form in _parts(word)}, key=len, reverse=True)
    holding = [form for form in forms(password) if any(word in form for word in told)]
    return min((_letters_left(form, told) for form in holding), default=len(password))


def _letters_left(form: str, told: list[str]) -> int:
    common_ones = sorted((word for word in words() if len(word) >= RUN), key=len, reverse=True)
    for word in (*told, *common_ones):
        form = form.replace(word, " ")
    return sum(sign.isalpha() for sign in form)


def _parts(text: str) -> set[str]:
    pieces = re.split(r"[\W_]+", unaccented(text))
    return {piece for piece in [*pieces, "".join(pieces)] if len(piece) >= RUN}


@cache
def _rows() -> tuple[str, ...]:
    # Twice over: a run may go on from the end of the row to its beginning.
    return tuple(way * 2 for row in _ROWS for way in (row, row[::-1]))


def _run(text: str, place: int) -> int:
    size = 0
    while place + size + RUN <= len(text) + 1 and size < len(text) - place:
        wanted = text[place : place + max(size + 1, RUN)]
        if len(wanted) < RUN or not any(wanted in row for row in _rows()):
            break
        size = len(wanted)
    return size
