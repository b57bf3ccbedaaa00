"""What is found in the database is what is found in a whole file: the same keys, the same scorer."""

import csv
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.dedupe import blocking, queries
from crm.dedupe.features import Columns
from crm.dedupe.keys import keys, values_of
from crm.dedupe.normalise import Card, normalise
from crm.dedupe.profiles import profile
from crm.dedupe.scoring import TOGETHER, judge
from crm.partners.models import Partner
from tests.factories import THEN, Factory

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "dedupe" / "generate.py"
ROWS = 240


@pytest.fixture
def partners(make: Factory, session: Session, tmp_path: Path) -> dict[int, Card]:
    """Partners of the second generator, duplicates among them, and their facts by row number."""
    command = [sys.executable, str(SCRIPT), "--records", str(ROWS), "--seed", "11", str(tmp_path)]
    subprocess.run(command, check=True)  # noqa: S603  our own script
    rows = list(csv.DictReader((tmp_path / "records.csv").read_text("utf-8").splitlines(keepends=True)))
    sirets: set[str | None] = {None}
    with make.transaction() as writing:
        for row in rows:
            normal = normalise(Card(names=(), siret=row["siret"], phones=(row["telephone"],), emails=(row["email"],)))
            siret = None if normal.siret in sirets else normal.siret or None
            sirets.add(siret)
            writing.add(_partner(row, siret, normal.siren, normal.phones, normal.emails))
    return queries.cards(session, list(session.scalars(sa.select(Partner.id))))


def _partner(
    row: dict[str, str], siret: str | None, siren: str, phones: Collection[str], emails: Collection[str]
) -> Partner:
    return Partner(
        name=row["nom"],
        kind="company",
        siret=siret,
        siren=siren or None,
        street=row["adresse"],
        postal_code=row["code_postal"][:5],
        city=row["ville"],
        phone=min(phones, default=None),
        email=min(emails, default=None),
        website=row["site_web"] or None,
        sort_key=row["nom"],
        search_key=row["nom"],
        created_at=THEN,
    )


def in_memory(cards: dict[int, Card]) -> tuple[list[tuple[int, int]], list[float]]:
    """The pairs of row numbers that a whole file would have compared, and their probability."""
    ids, normals = list(cards), [normalise(card) for card in cards.values()]
    columns = Columns.of([profile(normal) for normal in normals])
    numbers, records = blocking.key_array((values_of(normal) for normal in normals), 0)
    one, other = blocking.pairs(numbers, records, columns.order)
    found = judge(columns, one, other, normals).probabilities
    return [(ids[a], ids[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)], np.asarray(found).tolist()


def test_the_database_finds_what_the_file_finds(partners: dict[int, Card], session: Session) -> None:
    pairs, likely = in_memory(partners)
    assert len(partners) == ROWS
    assert len(pairs) > ROWS / 4
    sharing = {
        one: {holder for held in queries.partners_by_key(session, keys(normalise(card))).values() for holder in held}
        for one, card in partners.items()
    }
    assert all(other in sharing[one] and one in sharing[other] for one, other in pairs)
    together = [pair for pair, probability in zip(pairs, likely, strict=True) if probability >= TOGETHER]
    assert len(together) > ROWS / 10
    shown = {
        one: {found.partner.id for found in queries.candidates(session, partners[one], limit=ROWS)}
        for one in {one for one, _ in together}
    }
    assert [pair for pair in together if pair[1] not in shown[pair[0]]] == []
