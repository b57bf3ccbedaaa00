"""
Invented companies, associations and services, one site each.

Everything comes from the
`random.Random` that is handed in: the same seed gives the same companies.
"""

import csv
import random
import re
import unicodedata
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import words

COMMUNES = Path(__file__).resolve().parents[2] / "seeds" / "reference" / "communes.csv"
#: How many of the communes, by order of département and code, make « the neighbourhood ».
NEAR = 6


#: A brand, its trade, what branches add to the name, its domain, the brand it had ("" when it never changed).
Network = tuple[str, str, tuple[str, ...], str, str]


@dataclass(frozen=True, slots=True)
class Town:
    """A real commune. `rank`: its place in the list, where neighbours by code stand side by side."""

    name: str
    postal_codes: tuple[str, ...]
    department: str
    rank: int


@dataclass(slots=True, kw_only=True)
class Company:
    """
    One organisation at one site: the truth. `name` without its legal form; `trade` the sign over the door.

    `former`: the name it had; `moved_to`: (street, postal code, town) of its other address, before or after a move.
    `telling`: its name alone tells it from all others. `person`: (first name, family) of whoever answers.
    """

    name: str
    town: Town
    street: str
    postal_code: str
    form: str = ""
    trade: str = ""
    acronym: str = ""
    siren: str = ""
    siret: str = ""
    phones: tuple[str, ...] = ()
    mailbox: str = "contact"
    domain: str = ""
    generic_email: str = ""
    person: tuple[str, str] = ("", "")
    former: str = ""
    moved_to: tuple[str, str, Town] | None = None
    telling: bool = False
    complement: str = ""


@dataclass(slots=True)
class World:
    """Where companies are invented: real communes, drawn by their population, and one source of chance."""

    chance: random.Random
    towns: list[Town] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)

    @classmethod
    def of(cls, chance: random.Random) -> "World":
        """Read the communes and invent the networks of the country."""
        world = cls(chance)
        with COMMUNES.open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["type"] == "commune-actuelle" and row["postal_codes"]]
        world.towns = [
            Town(row["name"], tuple(row["postal_codes"].split("|")), row["departement_code"], rank)
            for rank, row in enumerate(rows)
        ]
        # The exponent spreads companies a little more than people: villages have more signs a head.
        world.weights = list(accumulate(float(row["population"] or 1) ** 0.85 for row in rows))
        for trade, tails in words.NETWORKS * 6:
            brand = world.brand()
            renamed = world.brand() if chance.random() < 0.4 else ""
            world.networks.append((brand, trade, tails, f"{slug(brand)}.example", renamed))
        return world

    def pick(self, some):  # type: ignore[no-untyped-def]
        """One of them."""
        return some[int(self.chance.random() * len(some))]

    def town(self) -> Town:
        """A commune, the large ones more often."""
        return self.towns[bisect(self.weights, self.chance.random() * self.weights[-1])]

    def near(self, town: Town) -> Town:
        """Another commune of the same département."""
        for _ in range(20):
            rank = town.rank + self.chance.randint(1, NEAR) * self.pick((-1, 1))
            if 0 <= rank < len(self.towns) and self.towns[rank].department == town.department:
                return self.towns[rank]
        return town

    def family(self) -> str:
        """A family name, a few far more common than the others."""
        common = self.chance.random() ** 2
        begin = words.FAMILY_BEGIN[int(common * len(words.FAMILY_BEGIN))]
        end = words.FAMILY_END[int(self.chance.random() ** 1.5 * len(words.FAMILY_END))]
        return begin + self.pick(words.FAMILY_MIDDLE) + end

    def brand(self) -> str:
        """A brand of two or three syllables."""
        return self.pick(words.BRAND_BEGIN) + self.pick(words.BRAND_MIDDLE) + self.pick(words.BRAND_END)

    def digits(self, count: int) -> str:
        """That many figures."""
        return f"{int(self.chance.random() * 10**count):0{count}}"

    def siren(self) -> str:
        """Nine digits whose key is right."""
        return with_key(self.pick("345678") + self.digits(7))

    def siret(self, siren: str) -> str:
        """A site of that company, its key right."""
        return with_key(siren + f"{self.chance.randint(1, 60):04}")

    def phone(self, department: str) -> str:
        """Ten digits, the first two by the region."""
        region = "1" if department in {"75", "77", "78", "91", "92", "93", "94", "95"} else self.pick("2345")
        return f"0{region}{self.digits(8)}" if self.chance.random() < 0.9 else f"09{self.digits(8)}"

    def street(self) -> str:
        """A number, a kind of way and a name; the most common names come often."""
        chance = self.chance
        number = chance.randint(1, 60) if chance.random() < 0.8 else chance.randint(61, 320)
        repeat = self.pick((" bis", " ter", " B")) if chance.random() < 0.05 else ""
        way = chance.choices([way for way, _ in words.WAYS], [weight for _, weight in words.WAYS])[0]
        if chance.random() < 0.07:
            return f"{self.pick(words.ZONES)} {self.pick(words.WAY_NAMES)}"
        name = (
            self.pick(words.WAY_NAMES)
            if chance.random() < 0.4
            else f"{self.pick(words.FIRST_NAMES)} {self.family()}"
            if chance.random() < 0.6
            else f"de {self.family()}"
        )
        return f"{number}{repeat} {way} {name}"


def with_key(digits: str) -> str:
    """The figures with the last one that makes them right by Luhn (SIREN and SIRET)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def slug(text: str) -> str:
    """For a domain: letters and figures, hyphens between words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]


_SMALL = {"de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "pour", "par", "en", "contre", "vers"}


def acronym_of(name: str, *, small: bool = False) -> str:
    """The initials of the telling words; with the small ones too, as some associations write them."""
    parts = re.split(r"[^0-9A-Za-zÀ-ÿ]+", name)
    letters = [part[0] for part in parts if part and (small or part.lower() not in _SMALL)]
    return unicodedata.normalize("NFKD", "".join(letters)).encode("ascii", "ignore").decode().upper()


def of_place(world: World, text: str, town: Town) -> str:
    """Put an invented place and the town where the pattern asks for them."""
    return text.format(x=world.family(), town=town.name).strip()


def artisan(world: World, town: Town) -> Company:
    """A trade and a family, a sign over the door more often than not."""
    chance, (trade, _) = world.chance, world.pick(words.TRADES)
    family, first = world.family(), world.pick(words.FIRST_NAMES)
    draw = chance.random()
    if draw < 0.5:
        name = f"{trade} {family}"
    elif draw < 0.62:
        name = f"{family} et Fils"
    elif draw < 0.75:
        name = f"Établissements {family}"
    elif draw < 0.9:
        name = f"{first} {family}"
    else:
        name = f"{family} {trade}"
    sign = f"{world.pick(words.SIGN_HEADS)} {world.pick(words.SIGN_TAILS)}"
    form = world.pick(("SARL", "SAS", "EURL", "SASU", "", "", "SARL", "SNC"))
    return site(world, name, town, form=form, trade=sign if chance.random() < 0.35 else "", person=(first, family))


def sign(world: World, town: Town) -> Company:
    """A shop known by its sign; the legal name is somebody's, or three letters."""
    chance = world.chance
    shown = f"{world.pick(words.SIGN_HEADS)} {world.pick(words.SIGN_TAILS)}"
    legal = world.pick(
        (f"{world.family()} {world.family()}", world.brand(), f"SO{world.brand().upper()}", shown, shown)
    )
    return site(world, legal, town, form=world.pick(("SARL", "SAS", "EURL", "")), trade=shown if legal != shown else "",
                telling=False) if chance.random() < 0.8 else site(world, shown, town)  # fmt: skip


def association(world: World, town: Town) -> Company:
    """An association of long name, known by its initials."""
    area = of_place(world, world.pick(words.AREAS), town)
    name = f"{world.pick(words.ASSOCIATION_HEADS)} {world.pick(words.PURPOSES)} {area}".strip()
    letters = acronym_of(name, small=world.chance.random() < 0.15)
    return site(world, name, town, form="Association" if world.chance.random() < 0.1 else "", acronym=letters)


def insertion(world: World, town: Town) -> Company:
    """A structure d'insertion: what it is, its own name."""
    pattern, letters = world.pick(words.INSERTION)
    own = world.pick((world.brand(), world.family(), f"{world.pick(words.SIGN_HEADS)} {world.pick(words.SIGN_TAILS)}"))
    name = pattern.format(x=own)
    short = f"{letters} {own}" if letters else ""
    return site(world, name, town, acronym=short, trade=own if world.chance.random() < 0.4 else "", telling=True)


def public(world: World, town: Town) -> Company:
    """A service of a town or of the State: the same words in every town."""
    name = of_place(world, world.pick(words.PUBLIC), town)
    made = site(world, name, town)
    made.domain = f"{slug(town.name)}.example" if world.chance.random() < 0.6 else ""
    return made


def office(world: World, town: Town) -> Company:
    """A practice named by its families."""
    families = {"a": world.family(), "b": world.family()}
    return site(
        world, world.pick(words.OFFICES).format(**families), town, form=world.pick(("SARL", "SELARL", "SAS", ""))
    )


def industry(world: World, town: Town) -> Company:
    """What it does is its name; initials are what people say."""
    adjective = world.pick(words.FAMILY_BEGIN) + world.pick(
        ("visienne", "ranaise", "lonnaise", "goise", "tière", "maine")
    )
    name = world.pick(words.INDUSTRIES).format(adj=adjective)
    form = world.pick(("SA", "SAS", "SARL", "SCOP", "SCIC"))
    return site(world, name, town, form=form, acronym=acronym_of(name), telling=True)


def branded(world: World, town: Town) -> Company:
    """An invented brand and, often, what it sells."""
    brand = world.brand()
    name = f"{brand} {world.pick(words.BRAND_TRADES)}".strip()
    made = site(world, name, town, form=world.pick(("SAS", "SARL", "SA", "SASU")), telling=True)
    if world.chance.random() < 0.15:
        made.former = f"{world.brand()} {world.pick(words.BRAND_TRADES)}".strip()
    return made


KINDS: tuple[tuple[Callable[[World, Town], Company], int], ...] = (
    (artisan, 30), (sign, 12), (association, 14), (insertion, 8), (public, 8), (office, 8), (industry, 6),
    (branded, 14),
)  # fmt: skip


def site(world: World, name: str, town: Town, **given) -> Company:  # type: ignore[no-untyped-def]
    """Give a name its numbers, its address and its ways to be reached."""
    chance = world.chance
    siren = world.siren()
    domain = f"{slug(given.get('trade') or name)[:30].strip('-')}.{world.pick(('fr', 'fr', 'com', 'org'))}"
    first, family = given.pop("person", ("", "")) or ("", "")
    made = Company(
        name=name,
        town=town,
        street=world.street(),
        postal_code=world.pick(town.postal_codes),
        siren=siren,
        siret=world.siret(siren),
        phones=tuple(world.phone(town.department) for _ in range(1 if chance.random() < 0.75 else 2)),
        mailbox=world.pick(words.MAILBOXES),
        domain=domain if chance.random() < 0.6 else "",
        person=(first or world.pick(words.FIRST_NAMES), family or world.family()),
        **given,
    )
    if chance.random() < 0.45:
        made.generic_email = (
            f"{slug(name).replace('-', world.pick(('', '.', '-')))[:24]}@{world.pick(words.GENERIC_MAIL)}"
        )
    away = world.near(town) if chance.random() < 0.4 else town
    made.moved_to = (world.street(), world.pick(away.postal_codes), away)
    return made
