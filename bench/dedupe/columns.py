"""What happens to the other columns of a row: address, code, town, telephone, mail, site, SIRET, and whole rows."""

import re
import unicodedata

import words
from companies import Company, World, slug

Row = dict[str, str]
COLUMNS = ("nom", "siret", "adresse", "code_postal", "ville", "telephone", "email", "site_web")

#: Neighbours of each letter on an AZERTY keyboard.
_KEYS = {
    "a": "zq", "z": "ae", "e": "zr", "r": "et", "t": "ry", "y": "tu", "u": "yi", "i": "uo", "o": "ip", "p": "om",
    "q": "as",
    "s": "qd", "d": "sf", "f": "dg", "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "km", "m": "lp", "w": "x",
    "x": "wc",
    "c": "xv", "v": "cb", "b": "vn", "n": "b",
}  # fmt: skip


def mistyped(text: str, world: World) -> str:
    """One slip of the finger: a neighbouring key, two letters swapped, one doubled, one lost, one too many."""
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    if len(places) < 4:
        return text
    place, kind = world.pick(places[1:]), world.chance.random()
    letter = text[place]
    if kind < 0.3:
        near = world.pick(_KEYS.get(letter.lower(), "e"))
        return text[:place] + (near.upper() if letter.isupper() else near) + text[place + 1 :]
    if kind < 0.55 and place + 1 < len(text):
        return text[:place] + text[place + 1] + letter + text[place + 2 :]
    if kind < 0.7:
        return text[:place] + letter + text[place:]
    if kind < 0.9:
        return text[:place] + text[place + 1 :]
    return text[:place] + world.pick("aeirstn") + text[place:]


def wrong_figure(text: str, world: World) -> str:
    """One figure for another, or two swapped."""
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    if len(places) < 2:
        return text
    place = world.pick(places)
    if world.chance.random() < 0.4 and place + 1 in places:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + str((int(text[place]) + world.chance.randint(1, 9)) % 10) + text[place + 1 :]


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def moved(row: Row, company: Company, world: World) -> None:
    """The other address. Its SIRET is not that of this site, so the cell is left empty, as old lists have it."""
    if company.moved_to is None:
        return
    street, code, town = company.moved_to
    row |= {"adresse": street, "code_postal": code if row["code_postal"] else "", "ville": town.name, "siret": ""}


def way_shortened(row: Row, company: Company, world: World) -> None:
    for way, shorts in words.WAY_SHORT.items():
        if f" {way} " in f" {row['adresse']} ":
            row["adresse"] = f" {row['adresse']} ".replace(f" {way} ", f" {world.pick(shorts)} ", 1).strip()
            break
    row["adresse"] = (
        row["adresse"].replace("Saint", "St").replace("Zone Artisanale", "ZA").replace("Zone Industrielle", "ZI")
    )


def number_lost(row: Row, company: Company, world: World) -> None:
    row["adresse"] = re.sub(r"^\d+( bis| ter| B)? ", "", row["adresse"])


def number_moved(row: Row, company: Company, world: World) -> None:
    found = re.match(r"(\d+)", row["adresse"])
    if found:
        number = int(found[1])
        shown = world.pick(
            (f"{number + 2}", f"{number},", f"{number}-{number + 2}", f"{number}/{number + 2}", f"n° {number}")
        )
        row["adresse"] = shown + row["adresse"][found.end() :]


def address_typo(row: Row, company: Company, world: World) -> None:
    row["adresse"] = mistyped(row["adresse"], world)


def complement(row: Row, company: Company, world: World) -> None:
    before = company.complement or world.pick(
        (
            "Bât. B",
            "Bâtiment A",
            "1er étage",
            "Résidence les Pins",
            "Zone Sud",
            "Porte 3",
            "Lieu-dit Les Bruyères",
            "RDC",
        )
    )
    row["adresse"] = world.pick(("{0} {1}", "{0}, {1}", "{1} - {0}", "{1} {0}")).format(before, row["adresse"])


def care_of(row: Row, company: Company, world: World) -> None:
    row["adresse"] = f"{world.pick(('c/o', 'C/O', 'chez'))} {world.brand()} {row['adresse']}"


def post_box(row: Row, company: Company, world: World) -> None:
    """A box, a CEDEX town and the code that goes with it."""
    box = f"BP {world.chance.randint(1, 900)}"
    row["adresse"] = world.pick(
        (box, f"{row['adresse']} - {box}", f"{row['adresse']} {box}", f"{row['adresse']} CS 10{box[3:]}")
    )
    if row["ville"]:
        row["ville"] = row["ville"].upper() + world.pick((" CEDEX", " Cedex", " CEDEX 1", " CEDEX 9"))
    if len(row["code_postal"]) == 5:
        row["code_postal"] = row["code_postal"][:3] + f"{world.chance.randint(1, 99):02}"


def whole_address(row: Row, company: Company, world: World) -> None:
    row["adresse"] = " ".join(filter(None, (row["adresse"], row["code_postal"], row["ville"])))
    if world.chance.random() < 0.6:
        row["code_postal"] = row["ville"] = ""


def address_capitals(row: Row, company: Company, world: World) -> None:
    row["adresse"] = _plain(row["adresse"].upper()).replace("'", " ")


def code_number(row: Row, company: Company, world: World) -> None:
    code = row["code_postal"]
    row["code_postal"] = code[1:] if code.startswith("0") else world.pick((f"{code}.0", f"{code},00", code))


def code_typo(row: Row, company: Company, world: World) -> None:
    row["code_postal"] = wrong_figure(row["code_postal"], world)


def code_other(row: Row, company: Company, world: World) -> None:
    others = [code for code in company.town.postal_codes if code != row["code_postal"]]
    row["code_postal"] = world.pick(others) if others else row["code_postal"][:2] + "000"


def code_dressed(row: Row, company: Company, world: World) -> None:
    code = row["code_postal"]
    row["code_postal"] = world.pick(
        (f"{code[:2]} {code[2:]}", f"F-{code}", f"F {code}", f"{code} ", f"'{code}", code[:2])
    )


def town_capitals(row: Row, company: Company, world: World) -> None:
    row["ville"] = _plain(row["ville"].upper()).replace("-", world.pick((" ", "-"))).replace("'", " ")


def town_shortened(row: Row, company: Company, world: World) -> None:
    town = re.sub(r"\bSaint\b", world.pick(("St", "St.", "ST")), row["ville"])
    town = re.sub(r"\bSainte\b", "Ste", town)
    row["ville"] = re.sub(r"-(sur|sous|lès)-", lambda found: world.pick((" s/ ", f" {found[1]} ", " /s ")), town)


def town_near(row: Row, company: Company, world: World) -> None:
    row["ville"] = world.near(company.town).name


def town_typo(row: Row, company: Company, world: World) -> None:
    row["ville"] = mistyped(row["ville"], world)


def town_with_code(row: Row, company: Company, world: World) -> None:
    code = row["code_postal"] or company.postal_code
    row["ville"] = world.pick((f"{code} {row['ville']}", f"{row['ville']} ({code[:2]})", f"{row['ville']} {code}"))


def phone_other(row: Row, company: Company, world: World) -> None:
    row["telephone"] = company.phones[-1] if len(company.phones) > 1 else f"06{world.digits(8)}"


def phone_typo(row: Row, company: Company, world: World) -> None:
    row["telephone"] = wrong_figure(row["telephone"], world)


def phone_two(row: Row, company: Company, world: World) -> None:
    other = company.phones[-1] if len(company.phones) > 1 else f"07{world.digits(8)}"
    pair = [row["telephone"], other]
    world.chance.shuffle(pair)
    row["telephone"] = world.pick((" / ", " ou ", " - ", "\n", "; ")).join(pair)


def phone_form(row: Row, company: Company, world: World) -> None:
    """Every number of the cell in one of the ways numbers are written."""
    kind = world.chance.random()

    def written(found: "re.Match[str]") -> str:
        pairs = [found[0][place : place + 2] for place in range(0, 10, 2)]
        if kind < 0.45:
            return " ".join(pairs)
        if kind < 0.65:
            return ".".join(pairs)
        if kind < 0.72:
            return "-".join(pairs)
        if kind < 0.84:
            return f"+33 {pairs[0][1]} " + " ".join(pairs[1:])
        if kind < 0.87:
            return "+33" + found[0][1:]
        if kind < 0.90:
            return "0033 " + found[0][1:]
        if kind < 0.93:
            return f"+33 (0){found[0][1:]}"
        return found[0][1:] if kind < 0.97 else f"Tél : {found[0]}"

    row["telephone"] = re.sub(r"\d{10}", written, row["telephone"])


def email_person(row: Row, company: Company, world: World) -> None:
    first, family = (slug(part) for part in company.person)
    host = row["email"].rpartition("@")[2]
    if company.domain:
        row["email"] = (
            world.pick((f"{first}.{family}", f"{first[0]}.{family}", f"{first}", f"{first[0]}{family}")) + f"@{host}"
        )


def email_generic(row: Row, company: Company, world: World) -> None:
    if company.generic_email:
        row["email"] = company.generic_email


def email_dressed(row: Row, company: Company, world: World) -> None:
    mail = row["email"]
    row["email"] = world.pick((mail.upper(), f"mailto:{mail}", f"Accueil <{mail}>",
                               f"{mail} ; {slug(company.person[1])}@orange.fr",
                               f" {mail}", mail.replace("@", " @ "), mail.replace("gmail", "gmial")))  # fmt: skip


def site_form(row: Row, company: Company, world: World) -> None:
    host = row["site_web"]
    row["site_web"] = world.pick((f"https://www.{host}", f"http://{host}/", f"www.{host}", f"https://{host}/contact",
                                  host.upper(),
                                  f"https://www.{host}/index.html", f"{host}/"))  # fmt: skip


def site_social(row: Row, company: Company, world: World) -> None:
    row["site_web"] = f"https://www.{world.pick(('facebook.com', 'linkedin.com/company'))}/{slug(company.name)}"


def siret_typo(row: Row, company: Company, world: World) -> None:
    row["siret"] = wrong_figure(row["siret"], world)


def siret_cut(row: Row, company: Company, world: World) -> None:
    row["siret"] = world.pick((row["siret"][:9], row["siret"][:9], row["siret"][:13], row["siret"][1:]))


def siret_form(row: Row, company: Company, world: World) -> None:
    number = row["siret"]
    spaced = f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}".strip()
    row["siret"] = world.pick((spaced, spaced, f"'{number}", f"{number}.0", f"{number} ", f"SIRET {number}"))


def siret_scientific(row: Row, company: Company, world: World) -> None:
    number = re.sub(r"\D", "", row["siret"])
    if len(number) == 14:
        row["siret"] = f"{number[0]},{number[1:6]}E+13"


def columns_swapped(row: Row, company: Company, world: World) -> None:
    one, other = world.pick(
        (("telephone", "email"), ("code_postal", "ville"), ("email", "site_web"), ("adresse", "ville"))
    )
    row[one], row[other] = row[other], row[one]


def address_in_town(row: Row, company: Company, world: World) -> None:
    row["ville"] = " ".join(filter(None, (row["adresse"], row["ville"])))
    row["adresse"] = ""
