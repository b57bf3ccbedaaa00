"""What stands beside two values of a pair: the same, written otherwise, or not the same."""

import pytest

from crm.dedupe.pairs.wordings import Alike, written_alike


@pytest.mark.parametrize(
    ("field", "first", "second", "expected"),
    [
        ("name", "Garage Morel", "GARAGE MOREL", Alike.SAME),
        ("name", "Menuiserie Quillebois", "MENUISERIE QUILLEBOIS SARL", Alike.WORDED),
        ("name", "Menuiserie Quillebois", "Quillebois Menuiserie Agencement", Alike.OTHER),
        ("name", "SARL", "SAS", Alike.OTHER),
        ("trade_name", "Garage Morel", "", Alike.OTHER),
        ("street", "12 rue des Aubépines", "12 r. des Aubepines", Alike.WORDED),
        ("street", "12 rue des Aubépines", "14 rue des Aubépines", Alike.OTHER),
        ("city", "Saint-Dizier", "St Dizier", Alike.WORDED),
        ("website", "https://www.quillebois.example", "quillebois.example/contact", Alike.WORDED),
        ("phone", "01 99 00 01 02", "01 99 00 01 03", Alike.OTHER),
        ("kind", "Entreprise", "Association", Alike.OTHER),
        ("sector", "", "", Alike.SAME),
    ],
)
def test_two_values_side_by_side(field, first, second, expected):
    assert written_alike(field, first, second) is expected
    assert written_alike(field, second, first) is expected
