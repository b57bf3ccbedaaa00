"""`passerelle dedupe-file`: the duplicates of a spreadsheet, without importing it, a database or settings."""

import csv
import gc
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from crm.dedupe.rows import Unreadable, read_rows
from crm.dedupe.scoring import TOGETHER
from crm.dedupe.spreadsheet import OF_CLUSTERS, OF_PAIRS, REASONS_BETWEEN, Linked, Pair, Row, link

# Below, starting processes costs more than it gains.
_WORTH_SHARING = 2
# How many identifiers are named when several lines bear them.
_NAMED = 3

_In = click.Path(path_type=Path, exists=True, dir_okay=False)
_Out = click.Path(path_type=Path, dir_okay=False)


@click.command("dedupe-file")
@click.argument("source", type=_In, metavar="INPUT.csv")
@click.option("--pairs", type=_Out, required=True, help="Les paires réunies : id1, id2, score, reasons.")
@click.option("--clusters", type=_Out, help="Le groupe de chaque ligne : id, cluster.")
@click.option("--review", type=_Out, help="Les autres paires, à regarder.")
@click.option(
    "--threshold",
    type=click.FloatRange(0.0, 1.0),
    default=TOGETHER,
    show_default=True,
    help="Probabilité à partir de laquelle deux lignes sont réunies.",
)
def dedupe_file(source: Path, pairs: Path, clusters: Path | None, review: Path | None, threshold: float) -> None:
    """
    Trouve les doublons d'un fichier CSV sans l'importer.

    Colonnes lues : id, nom, siret, adresse, code_postal, ville, telephone, email, site_web, et departement. Il peut en
    manquer, les autres sont ignorées. Séparateur , ; ou tabulation ; UTF-8 ou Windows-1252.
    """
    try:
        with source.open("rb") as file:
            rows = read_rows(file)
    except Unreadable as refusal:
        raise _Refused(f"{source} : {refusal}") from refusal
    _warn_of_shared_ids(rows)
    with _nothing_thrown_away():
        linked = link(rows, _shared, threshold=threshold)
    try:
        _write_pairs(pairs, linked.together, rows)
        if review:
            _write_pairs(review, linked.review, rows)
        if clusters:
            _write_clusters(clusters, linked, rows)
    except OSError as failure:
        raise _Refused(f"{failure.filename} ne peut pas être écrit : {failure.strerror}.") from failure
    click.echo(
        f"{len(rows)} lignes, {len(set(linked.cluster))} organisations, {len(linked.together)} paires réunies, "
        f"{len(linked.review)} à regarder."
    )


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Without looking for garbage: of millions of small values, all of which are kept, that is a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Refused(click.ClickException):
    """One sentence, and the exit code of a command that was not given what it needs."""

    exit_code = 2


def _warn_of_shared_ids(rows: Sequence[Row]) -> None:
    shared = [name for name, count in Counter(row[0] for row in rows).items() if count > 1]
    if shared:
        named = ", ".join(shared[:_NAMED]) + ("…" if len(shared) > _NAMED else "")
        click.echo(
            f"Attention : {len(shared)} identifiant(s) désignent plusieurs lignes ({named}). Chaque ligne est "
            "comparée ; dans les résultats, rien ne les distingue.",
            err=True,
        )


def _write_pairs(out: Path, pairs: Sequence[Pair], rows: Sequence[Row]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(OF_PAIRS)
        for pair in pairs:
            why = REASONS_BETWEEN.join(str(reason) for reason in pair.reasons)
            writer.writerow((rows[pair.one][0], rows[pair.other][0], pair.score, why))


def _write_clusters(out: Path, linked: Linked, rows: Sequence[Row]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(OF_CLUSTERS)
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
