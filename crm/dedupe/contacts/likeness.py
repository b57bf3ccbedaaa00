"""
Whether two contacts are one person, and why. The order does not matter; nothing is proved by what is empty.

A shared switchboard or « accueil@ » tells nothing: several people answer there.
"""

from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from crm.partners.search import fold
from crm.sentences import Sentence
from crm.wording import N_

#: Boxes that several people read.
SHARED_BOXES = frozenset(
    {
        *("accueil", "achats", "administration", "agence", "bonjour", "bureau", "commercial", "compta"),
        *("comptabilite", "contact", "direction", "emploi", "facturation", "info", "infos", "mairie", "recrutement"),
        *("rh", "secretariat", "service", "siege", "standard"),
    }
)
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact as the rules read it; phones in E.164. `company`: the partner whose contact they are."""

    first_name: str
    last_name: str
    phones: frozenset[str]
    emails: frozenset[str]
    company: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Two contacts that may be one person. `is_likely`: hardly a doubt. `has_moved`: in two companies."""

    is_likely: bool
    has_moved: bool
    reasons: tuple[Sentence, ...]


def names_of(person: Person) -> str:
    """The folded words of a name, in alphabetical order: some write the last name first."""
    return " ".join(sorted(fold(f"{person.first_name} {person.last_name}").split()))


def keys(person: Person) -> frozenset[tuple[str, str]]:
    """By what two contacts of different companies find each other: (kind, value)."""
    found = {("phone", phone) for phone in person.phones}
    found |= {("email", email) for email in own_emails(person)}
    if person.first_name and person.last_name:
        found.add(("name", names_of(person)[:120]))
    return frozenset(found)


def own_emails(person: Person) -> frozenset[str]:
    """The addresses that one person reads, folded."""
    folded = {email.strip().casefold() for email in person.emails}
    return frozenset(email for email in folded if fold(email.partition("@")[0]) not in SHARED_BOXES)


def alike(one: Person, other: Person) -> Alike | None:
    """What the two have in common when that is worth asking; None when it is not."""
    same_name = bool(names_of(one)) and names_of(one) == names_of(other)
    close_name = not same_name and _close(one, other)
    email = bool(own_emails(one) & own_emails(other))
    phone = bool(one.phones & other.phones)
    here = one.company == other.company
    whole_name = bool(one.first_name and one.last_name and other.first_name and other.last_name)
    likely = (same_name and (email or phone or (here and whole_name))) or (close_name and (email or (phone and here)))
    asked = likely or email or (same_name and (here or whole_name)) or (close_name and (here or phone))
    if not asked:
        return None
    said = (
        (same_name, N_("même nom")),
        (close_name, N_("noms proches")),
        (not same_name and not close_name, N_("noms différents")),
        (email, N_("même adresse e-mail")),
        (phone, N_("même téléphone")),
        (here, N_("même entreprise")),
        (not here, N_("deux entreprises")),
    )
    return Alike(likely, not here, tuple(Sentence(msgid) for holds, msgid in said if holds))


def _close(one: Person, other: Person) -> bool:
    """One slip of the finger, an initial for a first name, or no first name at all."""
    last, last_too = fold(one.last_name), fold(other.last_name)
    first, first_too = fold(one.first_name), fold(other.first_name)
    if not last or not last_too:
        return False
    same_last = last == last_too
    near_last = min(len(last), len(last_too)) >= _SHORTEST and DamerauLevenshtein.distance(last, last_too) <= 1
    same_first = first == first_too
    short_first = not first or not first_too or (first[0] == first_too[0] and 1 in {len(first), len(first_too)})
    near_first = min(len(first), len(first_too)) >= _SHORTEST and DamerauLevenshtein.distance(first, first_too) <= 1
    return (same_last and (same_first or short_first or near_first)) or (near_last and same_first)
