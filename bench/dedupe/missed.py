"""
Of which damage the true pairs suffer that dedupe-file leaves apart, and which traps it falls into.

    .venv/bin/passerelle dedupe-file FOLDER/records.csv --pairs P.csv --clusters C.csv
    python bench/dedupe/missed.py FOLDER C.csv

A pair suffers what either of its rows suffered; `nothing else` are the pairs whose rows share no word of four letters,
no figure of a telephone, no mail, site, SIRET nor street: nothing in them says that they are one.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

#: A street that half the towns have tells nothing by itself, hence with its number.
_CONTACTS = ("siret", "telephone", "email", "site_web", "adresse")


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(text: str) -> set[str]:
    """Its words of four letters at least, and its figures put together nine by nine, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    figures = re.sub(r"\D", "", plain)
    return set(re.findall(r"[a-z]{4,}", plain)) | ({figures[-9:], figures[:9]} if len(figures) >= 9 else set())


def tells(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether anything but the town says that two rows are one."""
    town = words(one["ville"]) | words(other["ville"])
    if (words(one["nom"]) & words(other["nom"])) - town:
        return True
    return any(words(one[column]) & words(other[column]) - town for column in _CONTACTS)


def main() -> None:
    """Read both files; print both tables."""
    folder, clusters = Path(sys.argv[1]), Path(sys.argv[2])
    group = {row["id"]: row["cluster"] for row in table(clusters)}
    tags = {row["id"]: set(row["tags"].split("|")) for row in table(folder / "cases.csv")}
    records = {row["id"]: row for row in table(folder / "records.csv")}
    members = defaultdict(list)
    for row in table(folder / "truth.csv"):
        members[row["cluster"]].append(row["id"])
    all_of, missed = Counter[str](), Counter[str]()
    for one, other in (pair for rows in members.values() for pair in combinations(rows, 2)):
        bare = set() if tells(records[one], records[other]) else {"nothing else"}
        for tag in {"every pair"} | tags[one] | tags[other] | bare:
            all_of[tag] += 1
            missed[tag] += group[one] != group[other]
    print("| of the true pairs, those with | how many | missed | share |\n|---|---|---|---|")
    for tag, count in sorted(all_of.items(), key=lambda one: (-missed[one[0]] / one[1], one[0])):
        print(f"| {tag} | {count} | {missed[tag]} | {missed[tag] / count:.0%} |")
    traps = table(folder / "negatives.csv")
    all_traps = Counter(trap["kind"] for trap in traps)
    joined = Counter(trap["kind"] for trap in traps if group[trap["id1"]] == group[trap["id2"]])
    print("\n| trap | how many | joined |\n|---|---|---|")
    for kind, count in sorted(all_traps.items(), key=lambda one: -joined[one[0]] / one[1]):
        print(f"| {kind} | {count} | {joined[kind]} |")


if __name__ == "__main__":
    main()
