"""Why two cards resemble each other or not, in words, read from the same features as the probability."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm.dedupe import trees
from crm.dedupe.features import COLUMN, UNKNOWN
from crm.sentences import Sentence
from crm.wording import N_

Numbers = NDArray[Any]

_SAME_NAME = Sentence(N_("même nom"))
_CONTAINED = Sentence(N_("un nom contient l'autre"))
_ACRONYM = Sentence(N_("un nom est le sigle de l'autre"))
_OTHER_NAME = Sentence(N_("un autre de ses noms est très proche"))
_PARTLY = Sentence(N_("noms en partie semblables"))
_UNLIKE = Sentence(N_("noms différents"))
_SUBSIDIARY = Sentence(N_("l'un porte un nom de filiale"))
_ADDRESS = Sentence(N_("même adresse"))
_STREET = Sentence(N_("même rue"))
_TOWN = Sentence(N_("même commune"))
_CODE = Sentence(N_("même code postal"))
_DEPARTMENT = Sentence(N_("même département"))
_OTHER_TOWN = Sentence(N_("communes différentes"))
_OTHER_DEPARTMENT = Sentence(N_("départements différents"))
_OTHER_SITE = Sentence(N_("même SIREN, autre SIRET : déménagement ou autre site"))
_CHANNELS = {
    "phone": (Sentence(N_("même téléphone")), Sentence(N_("téléphones différents"))),
    "email": (Sentence(N_("même courriel")), None),
    "domain": (Sentence(N_("même site web ou domaine")), None),
    "siren": (Sentence(N_("même SIREN")), Sentence(N_("SIREN différents"))),
    "identifier": (Sentence(N_("SIRET presque identiques")), Sentence(N_("SIRET très différents"))),
}
# What a word weighs that few names hold.
_TELLING = 1.0
_PLACE = ("department", "postal_code", "city", "street", "number")


def reasons(rows: Numbers, said: Mapping[int, Sentence]) -> list[tuple[Sentence, ...]]:
    """
    The reasons of each pair, the weightiest first.

    A reason weighs what the evidence loses when its facts are unknown. `said`: what names of territories had
    to say, by place, instead of their likeness.
    """
    whole = trees.evidence(rows)
    weights = {name: _weights(rows, whole, (name,)) for name in _CHANNELS}
    weights["place"] = _weights(rows, whole, _PLACE)
    return [
        tuple(_sorted(row, said.get(place), {name: float(some[place]) for name, some in weights.items()}))
        for place, row in enumerate(rows)
    ]


def _weights(rows: Numbers, whole: Numbers, names: tuple[str, ...]) -> Numbers:
    """What the evidence of each row loses without these facts: nothing where they are unknown already."""
    columns = [COLUMN[name] for name in names]
    unknown = np.array([UNKNOWN.get(name, 0.0) for name in names], dtype=rows.dtype)
    places = np.flatnonzero((rows[:, columns] != unknown).any(axis=1))
    without = rows[places]
    without[:, columns] = unknown
    lost = np.zeros(len(rows))
    lost[places] = whole[places] - trees.evidence(without)
    return lost


def _sorted(row: Numbers, said: Sentence | None, weights: dict[str, float]) -> list[Sentence]:
    likeness = max(row[COLUMN["ordered"]], row[COLUMN["glued"]])
    found = [(abs(12.0 * (float(likeness) - 0.6)), said or _name(row, float(likeness)))]
    if row[COLUMN["entities"]] > 0:
        found.append((1.0, _SUBSIDIARY))
    place = _place(row)
    if place is not None:
        found.append((abs(weights["place"]), place))
    found += [(abs(weights[name]), reason) for name, reason in _channels(row)]
    return [reason for _, reason in sorted(found, key=lambda item: -item[0])]


def _name(row: Numbers, likeness: float) -> Sentence:
    if row[COLUMN["parts"]] == 1.0:
        return _SAME_NAME
    percent = {"percent": round(100 * likeness)}
    if likeness >= 0.85:
        return Sentence(N_("nom très proche (%(percent)d %%)"), percent)
    if row[COLUMN["acronym"]] > 0:
        return _ACRONYM
    if row[COLUMN["parts"]] >= 0.9:
        return _OTHER_NAME
    if row[COLUMN["left_least"]] == 0.0 and row[COLUMN["common"]] >= 1.0:
        return _CONTAINED
    if likeness >= 0.7:
        return Sentence(N_("nom proche (%(percent)d %%)"), percent)
    # « Boulangerie Morel de Noisy », « Morel SARL »: a word that tells is in both.
    return _PARTLY if row[COLUMN["common"]] >= _TELLING else _UNLIKE


def _place(row: Numbers) -> Sentence | None:
    city, code, department = row[COLUMN["city"]], row[COLUMN["postal_code"]], row[COLUMN["department"]]
    same_town, number = city >= 0.85, row[COLUMN["number"]]
    if (same_town or code > 0) and row[COLUMN["street"]] >= 0.8:
        return _ADDRESS if number >= 0 else _STREET
    if department < 0:
        return _OTHER_DEPARTMENT
    if same_town:
        return _TOWN
    if code > 0:
        return _CODE
    if np.float32(city) != np.float32(UNKNOWN["city"]) or code < 0:
        return _OTHER_TOWN
    return _DEPARTMENT if department > 0 else None


def _channels(row: Numbers) -> Iterator[tuple[str, Sentence]]:
    for name, (same, different) in _CHANNELS.items():
        state = row[COLUMN[name]]
        if name == "siren" and row[COLUMN["site"]] < 0:
            yield name, _OTHER_SITE
            continue
        reason = same if state > 0 else different if state < 0 else None
        if reason is not None:
            yield name, reason
