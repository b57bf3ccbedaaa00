"""Which colleague a cell names: « Inès Delmas », « DELMAS Inès », « Inès D. », « delmas », « ID »."""

from collections.abc import Mapping

from crm.partners.search import fold


def owner_of(text: str, people: Mapping[int, str]) -> int | None:
    """
    The one whom the text names among `people` (identifier → first and last name); None when nobody, or several.

    The whole name in any order, then a first or last name alone, then a first name and an initial, then initials.
    """
    said = fold(text).split()
    if not said:
        return None
    for fits in (_whole, _part, _first_and_initial, _initials):
        found = [key for key, name in people.items() if fits(said, fold(name).split())]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _whole(said: list[str], name: list[str]) -> bool:
    return sorted(said) == sorted(name)


def _part(said: list[str], name: list[str]) -> bool:
    return len(said) < len(name) and all(word in name and len(word) > 1 for word in said)


def _first_and_initial(said: list[str], name: list[str]) -> bool:
    if len(said) != 2 or len(name) < 2:
        return False
    return any(
        (word == name[0] and name[-1].startswith(initial)) or (word == name[-1] and name[0].startswith(initial))
        for word, initial in (said, reversed(said))
        if len(initial) == 1
    )


def _initials(said: list[str], name: list[str]) -> bool:
    letters = "".join(word[0] for word in name)
    return "".join(said) == letters and len(letters) > 1
