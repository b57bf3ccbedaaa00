"""
The second generator: French companies as spreadsheets hold them, with the truth, from a lexicon and a table of its own.

    python bench/dedupe/generate.py --records 10000 --seed 1 OUTDIR [--variant full|name-town|name]
    python bench/dedupe/generate.py --table     the damage and the traps, their rates and why, as Markdown

Writes records.csv (id, nom, siret, adresse, code_postal, ville, telephone, email, site_web), truth.csv (id, cluster),
cases.csv (id, tags: the file it comes from and what was done to it) and negatives.csv (id1, id2, kind: planted traps).
The same number, seed and variant give the same bytes. Standard library only.
"""

import argparse
import csv
import random
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import words
from columns import COLUMNS, Row
from companies import Company, World
from damage import TABLE, spoil
from traps import TRAPS, draws

#: How many rows speak of one organisation: most are met once.
ROWS_OF_ONE = ((1, 62), (2, 22), (3, 9), (4, 4), (5, 1.5), (6, 0.8), (8, 0.5), (12, 0.2))
VARIANTS = {
    "full": COLUMNS,
    "name-town": ("nom", "code_postal", "ville"),
    "name": ("nom",),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of file. `filled`: the share of rows that have each column; `care`: what it multiplies every rate by."""

    name: str
    weight: float
    care: float
    filled: dict[str, float]
    register: bool = False


SOURCES = (
    Source("register", 22, 0.35, {"siret": 0.97, "adresse": 0.97, "code_postal": 0.99, "ville": 1.0}, register=True),
    Source(
        "colleague", 28, 1.3,
        {"siret": 0.06, "adresse": 0.75, "code_postal": 0.8, "ville": 0.92, "telephone": 0.8, "email": 0.5,
         "site_web": 0.12},
    ),
    Source(
        "customers", 18, 0.8,
        {"siret": 0.5, "adresse": 0.92, "code_postal": 0.95, "ville": 0.97, "telephone": 0.9, "email": 0.7,
         "site_web": 0.4},
    ),
    Source(
        "directory", 13, 0.6,
        {"adresse": 0.9, "code_postal": 0.95, "ville": 0.99, "telephone": 0.95, "email": 0.3, "site_web": 0.5}
    ),
    Source("event", 9, 1.4, {"adresse": 0.1, "code_postal": 0.3, "ville": 0.8, "telephone": 0.6, "email": 0.8}),
    Source("names_and_towns", 8, 1.0, {"code_postal": 0.35, "ville": 1.0}),
    Source("names", 2, 0.5, {}),
)  # fmt: skip
_TELLING = tuple(source for source in SOURCES if source.filled)


def clean_row(company: Company, source: Source, world: World) -> Row:
    """The company as that kind of file would hold it, before anything goes wrong."""
    chance = world.chance.random
    mail = f"{company.mailbox}@{company.domain}" if company.domain else company.generic_email
    address = f"{company.complement} {company.street}" if company.complement and chance() < 0.3 else company.street
    whole = {
        "siret": company.siret,
        "adresse": address,
        "code_postal": company.postal_code,
        "ville": company.town.name,
        "telephone": company.phones[0] if company.phones else "",
        "email": mail,
        "site_web": company.domain,
    }
    row = {column: cell if chance() < source.filled.get(column, 0.0) else "" for column, cell in whole.items()}
    return {"nom": _name(company, source, world), **row}


def _name(company: Company, source: Source, world: World) -> str:
    form = company.form
    if source.register:
        return (f"{form} {company.name}" if form and world.chance.random() < 0.3 else company.name).upper()
    if source.name == "directory" and company.trade and world.chance.random() < 0.5:
        return company.trade
    return f"{form} {company.name}" if form and world.chance.random() < 0.12 else company.name


def rows_of(company: Company, world: World) -> list[tuple[Row, list[str]]]:
    """One row or several for a company, each from some file, with what was done to it."""
    counts, weights = zip(*ROWS_OF_ONE, strict=True)
    made = []
    for _ in range(world.chance.choices(counts, weights)[0]):
        # A list of bare names is only a fair question about a name that is told from all others.
        sources = SOURCES if company.telling else _TELLING
        source = world.chance.choices(sources, [one.weight for one in sources])[0]
        row = clean_row(company, source, world)
        done = spoil(row, company, world, source.care)
        made.append((row, [source.name, *done]))
    return made


def generate(records: int, seed: int, variant: str = "full") -> tuple[list[Row], list[tuple[str, str, str]]]:
    """
    That many rows, each with `id`, `cluster` and `tags` beside the columns, shuffled; then the traps (id1, id2, kind).

    The columns a variant leaves out are empty, the same rows otherwise.
    """
    world = World.of(random.Random(f"{seed}"))  # noqa: S311  the same files each time is what is wanted
    rows: list[Row] = []
    traps: list[tuple[int, int, str]] = []
    cluster = 0
    for kind, companies in draws(world):
        firsts = []
        for company in companies:
            firsts.append(len(rows))
            for row, tags in rows_of(company, world):
                rows.append({**row, "cluster": str(cluster), "tags": "|".join(tags)})
            cluster += 1
        traps += [(one, other, kind) for one, other in combinations(firsts, 2) if kind]
        if len(rows) >= records:
            break
    del rows[records:]
    order = list(range(len(rows)))
    world.chance.shuffle(order)
    kept = VARIANTS[variant]
    for place, number in enumerate(order):
        row = rows[number]
        row["id"] = f"g{place:07}"
        row |= {column: "" for column in COLUMNS if column not in kept}
    told = [(rows[one]["id"], rows[other]["id"], kind) for one, other, kind in traps if other < len(rows)]
    return [rows[number] for number in order], told


def write(folder: Path, rows: list[Row], traps: list[tuple[str, str, str]]) -> None:
    """The four files, in UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in (
        ("records.csv", ("id", *COLUMNS)),
        ("truth.csv", ("id", "cluster")),
        ("cases.csv", ("id", "tags")),
    ):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    with (folder / "negatives.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(("id1", "id2", "kind"))
        lines.writerows(traps)


def table() -> str:
    """What is done to rows and what is planted, as two tables in Markdown."""
    lines = ["| damage | column | rate | why |", "|---|---|---|---|"]
    lines += [f"| {one.name} | {one.field} | {one.rate:g} | {one.why} |" for one in TABLE]
    lines += ["", "| trap | of the draws | why |", "|---|---|---|"]
    lines += [f"| {trap.kind} | {trap.rate:g} | {trap.why} |" for trap in TRAPS]
    lines += ["", "| file | weight | rates times | columns filled |", "|---|---|---|---|"]
    for one in SOURCES:
        filled = ", ".join(f"{column} {share:g}" for column, share in one.filled.items()) or "the name alone"
        lines.append(f"| {one.name} | {one.weight:g} | {one.care:g} | {filled} |")
    lines.append(f"\n{len(words.SHORTENED)} short forms; rows of one organisation, in hundredths: {dict(ROWS_OF_ONE)}")
    return "\n".join(lines)


def main() -> None:
    """Read the command line; write the files, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant", choices=VARIANTS, default="full")
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    if asked.table:
        print(table())
    elif asked.folder is None:
        parser.error("where to? give a folder, or --table")
    else:
        write(asked.folder, *generate(asked.records, asked.seed, asked.variant))


if __name__ == "__main__":
    main()
