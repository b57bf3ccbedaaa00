"""The column « type » of a file."""

import pytest

from config import ROOT
from crm.imports.kinds import kind_of
from crm.imports.mapping import Field
from crm.imports.reader import read_sheet
from crm.partners.enums import PartnerKind


@pytest.mark.parametrize("kind", PartnerKind)
def test_what_the_screen_says_is_understood(kind: PartnerKind) -> None:
    assert kind_of(kind.label) is kind
    assert kind_of(f"  {kind.label.upper()} ") is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Associations", PartnerKind.ASSOCIATION),
        ("association/SIAE", PartnerKind.SIAE),
        ("ACI", PartnerKind.SIAE),
        ("Collectivités territoriales", PartnerKind.LOCAL_AUTHORITY),
        ("Bailleurs sociaux", PartnerKind.SOCIAL_LANDLORD),
        ("OPCO/OPCA", PartnerKind.OPCO),
        ("agences d'intérim", PartnerKind.TEMP_AGENCY),
        ("CCI", PartnerKind.CHAMBER),
        ("", None),
        ("entreprise " * 50, None),
        ("n'importe quoi", None),
    ],
)
def test_wordings_of_files(text: str, kind: PartnerKind | None) -> None:
    assert kind_of(text) is kind


def test_every_type_of_the_example_is_known() -> None:
    sheet = read_sheet((ROOT / "seeds/examples/organisations_fnars.csv").read_bytes())
    unknown = {row.values[Field.KIND] for row in sheet.rows if kind_of(row.values[Field.KIND]) is None}
    assert unknown == set()
