"""What happens to the name in a row. Each change takes the row, the company it speaks of, and the source of chance."""

import re
import unicodedata

import words
from columns import Row, mistyped
from companies import Company, World


def _form(company: Company) -> str:
    return company.form if company.form in words.LEGAL_FORMS else ""


def acronym(row: Row, company: Company, world: World) -> None:
    if len(company.acronym) >= 3:
        row["nom"] = company.acronym


def acronym_dotted(row: Row, company: Company, world: World) -> None:
    if len(company.acronym) >= 3 and company.acronym.isalpha():
        row["nom"] = ".".join(company.acronym) + "."


def acronym_spaced(row: Row, company: Company, world: World) -> None:
    if len(company.acronym) >= 3 and company.acronym.isalpha():
        row["nom"] = " ".join(company.acronym)


def acronym_then_name(row: Row, company: Company, world: World) -> None:
    if company.acronym:
        row["nom"] = company.acronym + world.pick((" - ", " ", " : ", " – ")) + company.name


def name_then_acronym(row: Row, company: Company, world: World) -> None:
    if company.acronym:
        row["nom"] = company.name + world.pick((" ({})", " - {}", " {}", "/{}")).format(company.acronym)


def trade_name(row: Row, company: Company, world: World) -> None:
    row["nom"] = company.trade or row["nom"]


def both_names(row: Row, company: Company, world: World) -> None:
    if company.trade:
        pattern = world.pick(("{0} ({1})", "{1} ({0})", "{0} - {1}", "{1} / {0}", "{0} enseigne {1}", '{0} "{1}"'))
        row["nom"] = pattern.format(company.name, company.trade)


def former_name(row: Row, company: Company, world: World) -> None:
    row["nom"] = company.former or row["nom"]


def ex_name(row: Row, company: Company, world: World) -> None:
    if company.former:
        pattern = world.pick(("{0} (ex {1})", "{0} ex-{1}", "{0} anciennement {1}", "{1} (devenu {0})"))
        row["nom"] = pattern.format(company.name, company.former)


def form_added(row: Row, company: Company, world: World) -> None:
    form = company.form
    if form:
        row["nom"] = world.pick(("{0} {1}", "{1} {0}", "{1} ({0})", "{1}, {0}")).format(form, row["nom"])


def form_dotted(row: Row, company: Company, world: World) -> None:
    if form := _form(company):
        row["nom"] = world.pick(("{0} {1}", "{1} {0}")).format(world.pick(words.LEGAL_FORMS[form][1:]), row["nom"])


def form_spelled(row: Row, company: Company, world: World) -> None:
    if form := _form(company):
        row["nom"] = world.pick(("{0} {1}", "{1} {0}")).format(words.LEGAL_FORMS[form][0], row["nom"])


def shortened(row: Row, company: Company, world: World) -> None:
    """One or all of the words that have a short form."""
    name, every = row["nom"], world.chance.random() < 0.5
    for long, short in world.chance.sample(words.SHORTENED, len(words.SHORTENED)):
        changed = re.sub(rf"\b{long}\b", lambda _, short=short: short, name)
        if changed != name:
            name = changed
            if not every:
                break
    row["nom"] = name


def word_dropped(row: Row, company: Company, world: World) -> None:
    """One word less, of three at least; an article or a trade more often than what tells."""
    parts = row["nom"].split()
    if len(parts) >= 3:
        light = [place for place, part in enumerate(parts) if len(part) <= 3 or place == 0]
        place = world.pick(light) if light and world.chance.random() < 0.7 else int(world.chance.random() * len(parts))
        row["nom"] = " ".join(parts[:place] + parts[place + 1 :])


def word_order(row: Row, company: Company, world: World) -> None:
    parts = row["nom"].split()
    if len(parts) >= 2:
        first, rest = parts[0], " ".join(parts[1:])
        row["nom"] = world.pick(("{1} {0}", "{1} ({0})", "{1}, {0}")).format(first, rest)


def trade_added(row: Row, company: Company, world: World) -> None:
    known = [trade for trade, _ in words.TRADES if trade.split()[0] in company.name]
    extra = known[0] if known else world.pick(("Services", "Agence", "Siège", "Antenne", "Ets"))
    row["nom"] = world.pick(("{0} {1}", "{1} {0}", "{0} - {1}")).format(row["nom"], extra)


def town_added(row: Row, company: Company, world: World) -> None:
    town = company.town.name
    if town not in row["nom"]:
        of = "d'" if town[0] in "AEIOUÉÈ" else "de "
        row["nom"] += world.pick((f" {town}", f" - {town}", f" ({town})", f" {of}{town}", f" {town.upper()}"))


def department_added(row: Row, company: Company, world: World) -> None:
    row["nom"] += world.pick((" ({})", " {}", " - {}", " [{}]")).format(company.town.department)


def remark(row: Row, company: Company, world: World) -> None:
    row["nom"] += f" {world.pick(words.REMARKS)}"


def person_added(row: Row, company: Company, world: World) -> None:
    first, family = company.person
    row["nom"] += world.pick((" - M. {1}", " (Mme {1})", " / {0} {1}", " à l'attention de {0} {1}")).format(
        first, family
    )


_FIGURES = (("Trois", "3"), ("Deux", "2"), ("Quatre", "4"), ("trois", "3"), ("deux", "2"))


def figures_in_words(row: Row, company: Company, world: World) -> None:
    for word, figure in _FIGURES:
        if word in row["nom"]:
            row["nom"] = row["nom"].replace(word, figure)
            return
        if re.search(rf"\b{figure}\b", row["nom"]):
            row["nom"] = re.sub(rf"\b{figure}\b", word, row["nom"])
            return


def ampersand(row: Row, company: Company, world: World) -> None:
    if " & " in row["nom"]:
        row["nom"] = row["nom"].replace(" & ", world.pick((" et ", " + ", "&", "-")))
    else:
        row["nom"] = re.sub(r" et ", lambda _: world.pick((" & ", "&", " + ")), row["nom"], count=1)


def typo(row: Row, company: Company, world: World) -> None:
    for _ in range(1 if world.chance.random() < 0.75 else 2):
        row["nom"] = mistyped(row["nom"], world)


_HEARD = (
    ("ph", "f"), ("eau", "o"), ("ault", "aud"), ("au", "o"), ("ai", "é"), ("qu", "k"), ("ss", "c"), ("ç", "ss"),
    ("ll", "l"),
    ("nn", "n"), ("tt", "t"), ("rr", "r"), ("y", "i"), ("th", "t"), ("ez", "é"), ("er", "é"), ("oux", "ou"),
    ("x", "cs"),
    ("en", "an"), ("in", "ain"), ("c", "k"), ("z", "s"), ("h", ""), ("ei", "ai"), ("t", ""), ("s", ""),
)  # fmt: skip


def heard(row: Row, company: Company, world: World) -> None:
    """One sound written otherwise; the last of the list, silent ends, only at the end of a word."""
    for sound, written in world.chance.sample(_HEARD, len(_HEARD)):
        pattern = rf"{sound}\b" if not written or sound in {"ez", "er", "oux"} else sound
        place = re.search(pattern, row["nom"][1:])
        if place:
            start, end = place.start() + 1, place.end() + 1
            row["nom"] = row["nom"][:start] + written + row["nom"][end:]
            return


_SCANNED = (
    ("O", "0"),
    ("o", "0"),
    ("l", "1"),
    ("I", "l"),
    ("rn", "m"),
    ("m", "rn"),
    ("B", "8"),
    ("é", "6"),
    ("S", "5"),
)


def scanned(row: Row, company: Company, world: World) -> None:
    for letters, read in world.chance.sample(_SCANNED, 3):
        row["nom"] = row["nom"].replace(letters, read, 1)


def glued(row: Row, company: Company, world: World) -> None:
    parts = row["nom"].split(" ")
    if len(parts) >= 2:
        place = int(world.chance.random() * (len(parts) - 1))
        row["nom"] = " ".join([*parts[:place], parts[place] + parts[place + 1], *parts[place + 2 :]])


def cut_up(row: Row, company: Company, world: World) -> None:
    name = row["nom"]
    if len(name) >= 8:
        place = world.chance.randint(3, len(name) - 3)
        row["nom"] = name[:place] + world.pick((" ", "-")) + name[place:]


def plain(text: str) -> str:
    """Without accents; œ and æ in two letters."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'")
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def accents_lost(row: Row, company: Company, world: World) -> None:
    row["nom"] = plain(row["nom"])


def mojibake(row: Row, company: Company, world: World) -> None:
    name = row["nom"]
    try:
        row["nom"] = world.pick((
            name.encode("utf-8").decode("latin-1"),
            name.encode("latin-1", "replace").decode("ascii", "replace"),
            name.encode("utf-8").decode("cp1252", "replace"),
            name.encode("ascii", "replace").decode(),
            name.encode("latin-1", "replace").decode("cp437", "replace"),
        ))  # fmt: skip
    except UnicodeError:
        return


def capitals(row: Row, company: Company, world: World) -> None:
    name = row["nom"].upper()
    row["nom"] = plain(name) if world.chance.random() < 0.75 else name


def small_letters(row: Row, company: Company, world: World) -> None:
    row["nom"] = row["nom"].lower()


def truncated(row: Row, company: Company, world: World) -> None:
    row["nom"] = row["nom"][: world.pick((25, 30, 32))]


def invisible(row: Row, company: Company, world: World) -> None:
    """Spaces that nobody sees: no-break, thin, doubled, at the end, of no width at all."""
    name = row["nom"]
    place = name.find(" ")
    row["nom"] = world.pick((
        name.replace(" ", "\u00a0"), name.replace(" ", "\u202f", 1), name.replace(" ", "  ", 1), f"{name} ",
        f"\u200b{name}",
        f"\t{name}", name[:place] + "\u200b" + name[place:], name + "\u00a0", name + "\ufeff",
    ))  # fmt: skip


def quotes(row: Row, company: Company, world: World) -> None:
    name = row["nom"]
    row["nom"] = (
        name.replace("'", world.pick(("’", " ", "", "`", "´")))
        if "'" in name
        else world.pick((f"« {name} »", f'"{name}"', f"“{name}”", f"'{name}'"))
    )
