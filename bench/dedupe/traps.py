"""
What is drawn: a company that resembles nobody on purpose, or a trap, a few that resemble without being one another.
"""

from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

import words
from companies import (
    KINDS,
    Company,
    Network,
    Town,
    World,
    acronym_of,
    artisan,
    association,
    branded,
    industry,
    insertion,
    of_place,
    office,
    public,
    sign,
    site,
    slug,
)


def one(world: World) -> list[Company]:
    """A company that resembles nobody on purpose."""
    make = world.chance.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
    return [make(world, world.town())]


def branch(world: World, network: Network, town: Town, **given) -> Company:  # type: ignore[no-untyped-def]
    """One branch of a network in one town."""
    brand, trade, tails, domain, renamed = network
    tail = world.pick(tails)
    name = " ".join(filter(None, (brand, trade if world.chance.random() < 0.6 else "", tail)))
    made = site(world, name, town, **given)
    made.domain, made.generic_email = domain, ""
    made.former = name.replace(brand, renamed) if renamed else ""
    return made


def some_towns(world: World, count: int) -> list[Town]:
    """That many towns at most, each once, in a fixed order."""
    return list(dict.fromkeys(world.town() for _ in range(count)))


def network_of_owners(world: World) -> list[Company]:
    """A franchise: one brand and one domain, each town its own owner, hence its own SIREN."""
    network = world.pick(world.networks)
    made = []
    for town in some_towns(world, world.chance.randint(2, 4)):
        legal = world.pick((f"{world.family()} Distribution", f"SO{world.brand().upper()}", ""))
        one_branch = branch(world, network, town)
        if legal:
            one_branch.trade, one_branch.name, one_branch.form = one_branch.name, legal, world.pick(("SAS", "SARL"))
        made.append(one_branch)
    return made


def sites_of_a_group(world: World) -> list[Company]:
    """One company with several sites: SIREN and name in common, often the switchboard."""
    network, siren = world.pick(world.networks), world.siren()
    towns = some_towns(world, world.chance.randint(2, 4))
    made = [branch(world, network, town, form="SAS") for town in towns]
    switchboard = world.phone(towns[0].department) if world.chance.random() < 0.3 else ""
    for company in made:
        company.siren, company.siret = siren, world.siret(siren)
        company.phones = (switchboard,) if switchboard else company.phones
    return made


def same_town_branches(world: World) -> list[Company]:
    """Two branches of a network in one town, streets apart."""
    network, town, siren = world.pick(world.networks), world.town(), world.siren()
    made = [branch(world, network, town), branch(world, network, town)]
    for company, side in zip(made, world.pick((("Nord", "Sud"), ("Centre", "Gare"), ("", ""))), strict=True):
        company.name = f"{company.name} {side}".strip()
        company.siren, company.siret = siren, world.siret(siren)
    return made


def same_name_elsewhere(world: World) -> list[Company]:
    """The same sign, or the same family and trade, in towns that do not know of each other."""
    kind = world.pick((artisan, sign, public, office))
    first = kind(world, world.town())
    others = [
        site(world, first.name, world.town(), form=first.form, trade=first.trade) for _ in range(world.pick((1, 1, 2)))
    ]
    return [first, *(other for other in others if other.town != first.town)]


def subsidiaries(world: World) -> list[Company]:
    """A company, its holding, what it rents or drives: one address, one telephone, one domain, other SIRENs."""
    first = world.pick((artisan, branded, industry))(world, world.town())
    made = [first]
    for tail in world.chance.sample(words.SUBSIDIARY_TAILS, world.chance.randint(1, 2)):
        # What tells: the family of a trade, the brand of a brand.
        root = first.person[1] if first.person[1] in first.name else first.name.rpartition(" ")[0] or first.name
        siren = world.siren()
        shared = world.chance.random() < 0.6
        made.append(
            replace(
                first,
                name=f"{root} {tail}",
                form="SCI" if tail == "Immobilier" else world.pick(("SAS", "SARL")),
                trade="",
                acronym="",
                siren=siren,
                siret=world.siret(siren),
                phones=first.phones if shared else (world.phone(first.town.department),),
                moved_to=None,
                former="",
            )
        )
    return made


def neighbours(world: World) -> list[Company]:
    """Who shares a building, sometimes its switchboard: incubators, houses of associations, business centres."""
    town, house = world.town(), f"{world.pick(words.SHARED_HOUSES)} {world.family()}"
    street, code, phone = world.street(), world.pick(town.postal_codes), world.phone(town.department)
    made = []
    for _ in range(world.chance.randint(2, 4)):
        company = world.pick((association, insertion, branded, office))(world, town)
        company.street, company.postal_code, company.complement = street, code, house
        company.phones = (phone,) if world.chance.random() < 0.4 else company.phones
        made.append(company)
    return made


def one_accountant(world: World) -> list[Company]:
    """Small companies of a town that gave their accountant's mail, or the telephone of whoever keeps their books."""
    town, mail = world.town(), f"{slug(world.family())}@{slug(world.brand())}-compta.example"
    made = [artisan(world, town) for _ in range(world.chance.randint(2, 3))]
    for company in made:
        company.generic_email, company.domain = mail, ""
    return made


def one_family(world: World) -> list[Company]:
    """Father and son, or two brothers: one name, one trade, one town, sometimes one yard."""
    first = artisan(world, world.town())
    family, trade = first.person[1], world.pick(words.TRADES)[0]
    one_name, other_name = world.chance.sample(words.FIRST_NAMES, 2)
    other = site(world, f"{trade} {family} {other_name}", first.town, person=(other_name, family), form="")
    first.name, first.trade = f"{trade} {family} {one_name}", ""
    if world.chance.random() < 0.4:
        other.street, other.postal_code = first.street, first.postal_code
    return [first, other]


def same_letters(world: World) -> list[Company]:
    """Two organisations of one département that have the same initials."""
    purpose, letter = world.pick(words.PURPOSES), world.pick("ACFC")
    heads = [head for head in words.ASSOCIATION_HEADS if head[0] == letter]
    town = world.town()
    made = []
    for head, place in zip(world.chance.sample(heads, 2), (town, world.near(town)), strict=True):
        name = f"{head} {purpose}"
        made.append(site(world, name, place, acronym=acronym_of(name)))
    return made


def services_of_a_town(world: World) -> list[Company]:
    """Town hall, social centre, technical services: one switchboard, one domain, one SIREN."""
    town, phone, siren = world.town(), world.phone("75"), world.siren()
    made = []
    for pattern in world.chance.sample(words.PUBLIC, world.chance.randint(2, 3)):
        company = site(world, of_place(world, pattern, town), town)
        company.siren, company.siret, company.domain = siren, world.siret(siren), f"{slug(town.name)}.example"
        company.phones = (phone,) if world.chance.random() < 0.5 else company.phones
        made.append(company)
    return made


def taken_over(world: World) -> list[Company]:
    """A shop bought by somebody else: the same door and telephone, another family, another SIREN."""
    first = artisan(world, world.town())
    trade = world.pick(words.TRADES)[0]
    after = site(world, f"{trade} {world.family()}", first.town, form="SAS")
    first.name = f"{trade} {first.person[1]}"
    after.street, after.postal_code, after.phones = first.street, first.postal_code, first.phones
    return [first, after]


@dataclass(frozen=True, slots=True)
class Trap:
    """A way to plant companies that are not one another. `rate`: of the draws."""

    kind: str
    rate: float
    make: Callable[[World], list[Company]]
    why: str


TRAPS = (
    Trap("sites_of_a_group", 0.030, sites_of_a_group, "networks are what a spreadsheet of partners is full of"),
    Trap("network_of_owners", 0.025, network_of_owners, "a franchise shares brand and domain, never the owner"),
    Trap("same_town_branches", 0.010, same_town_branches, "large towns have two branches of a temping agency"),
    Trap("same_name_elsewhere", 0.030, same_name_elsewhere, "every third town has its Fournil du Marché"),
    Trap("subsidiaries", 0.025, subsidiaries, "the SCI and the holding stand at the address of the workshop"),
    Trap("neighbours", 0.020, neighbours, "incubators and houses of associations"),
    Trap("one_accountant", 0.008, one_accountant, "the mail given is the accountant's"),
    Trap("one_family", 0.010, one_family, "father and son in one trade"),
    Trap("same_letters", 0.005, same_letters, "three letters are soon taken twice in a département"),
    Trap("services_of_a_town", 0.010, services_of_a_town, "one town hall, ten services, one switchboard"),
    Trap("taken_over", 0.005, taken_over, "shops change hands, the telephone stays"),
)


def draws(world: World) -> Iterator[tuple[str, list[Company]]]:
    """Without end: the kind of trap, empty when there is none, and the companies drawn."""
    limits = list(accumulate(trap.rate for trap in TRAPS))
    while True:
        place = bisect(limits, world.chance.random())
        if place == len(TRAPS):
            yield "", one(world)
        else:
            yield TRAPS[place].kind, TRAPS[place].make(world)
