"""Tags as people type them: several on a line, with commas between them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crm.partners.search import fold
from crm.sentences import Sentence
from crm.wording import N_

LONGEST = 60  # characters, as the columns
MOST = 30  # on one partner
_BETWEEN = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class Typed:
    """The names understood, each once, in the order typed; or the sentence that says why not."""

    names: tuple[str, ...] = ()
    error: Sentence | None = None


def key_of(name: str) -> str:
    """What two names of the same tag have in common: « Été » and « ete » are one."""
    return fold(name)[:LONGEST].rstrip()


def read_tags(text: str) -> Typed:
    """Understand a list of tags; two spellings of one tag count once, the first one is kept."""
    kept: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        name = _tidy(part)
        if not name:
            continue
        if (error := _wrong(name)) is not None:
            return Typed(error=error)
        kept.setdefault(key_of(name), name)
    if len(kept) > MOST:
        return Typed(error=Sentence(N_("%(count)s étiquettes au plus sur un partenaire."), {"count": MOST}))
    return Typed(tuple(kept.values()))


def read_tag(text: str) -> Typed:
    """Understand the name of one tag; nothing typed and several names are refused."""
    name = _tidy(text)
    if not name:
        return Typed(error=Sentence(N_("Donnez un nom à l'étiquette.")))
    if _BETWEEN.search(name):
        message = N_("Le nom d'une étiquette ne contient ni virgule ni point-virgule : ils séparent deux étiquettes.")
        return Typed(error=Sentence(message))
    error = _wrong(name)
    return Typed(error=error) if error is not None else Typed((name,))


def written(names: Iterable[str]) -> str:
    """Names as the form shows them; reading it gives them back."""
    return ", ".join(names)


def _tidy(text: str) -> str:
    # A line end separates names in a list; every other space is one space.
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _wrong(name: str) -> Sentence | None:
    if len(name) > LONGEST:
        message = N_("L'étiquette « %(name)s… » est trop longue : %(longest)s caractères au plus.")
        return Sentence(message, {"name": name[:20], "longest": LONGEST})
    if not key_of(name):
        return Sentence(N_("L'étiquette « %(name)s » ne contient ni lettre ni chiffre."), {"name": name})
    return None
