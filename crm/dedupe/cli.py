"""`passerelle dedupe-file`: the duplicates of a spreadsheet, without importing it."""

import csv
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from crm.dedupe.scoring import TOGETHER
from crm.dedupe.spreadsheet import COLUMNS, Linked, Pair, Row, link

# Below, starting processes costs more than it gains.
_WORTH_SHARING = 2

_File = click.Path(path_type=Path, dir_okay=False)


@click.command("dedupe-file")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="INPUT.csv")
@click.option("--pairs", type=_File, required=True, help="Les paires réunies : id1, id2, score, reasons.")
@click.option("--clusters", type=_File, help="Le groupe de chaque ligne : id, cluster.")
@click.option("--review", type=_File, help="Les autres paires, à regarder.")
@click.option("--threshold", type=click.FloatRange(0.0, 1.0), default=TOGETHER, show_default=True)
def dedupe_file(source: Path, pairs: Path, clusters: Path | None, review: Path | None, threshold: float) -> None:
    """
    Trouve les doublons d'un fichier CSV sans l'importer.

    Colonnes lues : id, nom, siret, adresse, code_postal, ville, telephone, email, site_web.
    """
    rows = _read(source)
    linked = link(rows, _shared, threshold=threshold)
    _write_pairs(pairs, linked.together, rows)
    if review:
        _write_pairs(review, linked.review, rows)
    if clusters:
        _write_clusters(clusters, linked, rows)
    click.echo(
        f"{len(rows)} lignes, {len(set(linked.cluster))} organisations, {len(linked.together)} paires réunies, "
        f"{len(linked.review)} à regarder."
    )


def _read(source: Path) -> list[Row]:
    csv.field_size_limit(10_000_000)
    with source.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        start = file.readline()
        file.seek(0)
        delimiter = max(",;\t", key=start.count)
        reader = csv.reader(file, delimiter=delimiter)
        header = [name.strip().casefold() for name in next(reader, [])]
        if "id" not in header or "nom" not in header:
            raise click.ClickException(
                f"Le fichier {source} doit avoir au moins les colonnes id et nom sur sa première ligne."
            )
        places = [header.index(name) if name in header else None for name in COLUMNS]
        return [
            tuple("" if place is None or place >= len(row) else row[place] for place in places)
            for row in reader
            if any(row)
        ]


def _write_pairs(out: Path, pairs: Sequence[Pair], rows: Sequence[Row]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id1", "id2", "score", "reasons"))
        for pair in pairs:
            why = " ; ".join(str(reason) for reason in pair.reasons)
            writer.writerow((rows[pair.one][0], rows[pair.other][0], pair.score, why))


def _write_clusters(out: Path, linked: Linked, rows: Sequence[Row]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "cluster"))
        writer.writerows((row[0], name) for row, name in zip(rows, linked.cluster, strict=True))


#: The work that the processes do: set before they are started, so that what it reads is theirs without a copy.
_work: Callable[[Any], Any] | None = None


def _shared(work: Callable[[Any], Any], pieces: Sequence[Any]) -> Iterable[Any]:
    """Do the pieces on every processor where processes can be copied, one after the other elsewhere."""
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if processors < _WORTH_SHARING or len(pieces) < _WORTH_SHARING:
        return map(work, pieces)
    return _in_processes(work, pieces, processors)


def _in_processes(work: Callable[[Any], Any], pieces: Sequence[Any], processors: int) -> Iterator[Any]:
    global _work
    _work = work
    with multiprocessing.get_context("fork").Pool(processors) as pool:
        yield from pool.imap(_do, pieces)


def _do(piece: Any) -> Any:
    if _work is None:
        raise RuntimeError
    return _work(piece)
