"""Numbers that somebody types."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form, IntegerField

from crm.web.forms import Between


class Shelf(Form):
    """How many."""

    count = IntegerField(validators=[Between(1, 30, "Un nombre, de %(min)s à %(max)s.")])


@pytest.mark.parametrize("typed", ["0", "31", "-1", "9" * 16, "9" * 400, "-" + "9" * 400])
def test_too_small_or_too_large_is_a_sentence_however_long(typed):
    form = Shelf(MultiDict({"count": typed}))
    assert not form.validate()
    assert form.count.errors == ["Un nombre, de 1 à 30."]


@pytest.mark.parametrize("typed", ["1", "30"])
def test_the_bounds_are_inside(typed):
    assert Shelf(MultiDict({"count": typed})).validate()


@pytest.mark.parametrize("typed", ["9" * 5000, "NaN", "1e9"])
def test_what_is_no_number_is_refused(typed):
    assert not Shelf(MultiDict({"count": typed})).validate()
