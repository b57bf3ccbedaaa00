"""A row about a known partner: what it brings is seen field by field, chosen, written, and undone."""

import contextlib
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import clock
from crm.imports.enums import Choice, Outcome
from crm.imports.facts import read_facts
from crm.imports.mapping import Field
from crm.imports.models import ImportChoice
from crm.imports.proposals import (
    CONTACT,
    FIELDS,
    Change,
    Held,
    Likelihood,
    accepted,
    changes_of,
    choices_for,
    decided,
    likelihood,
    said_by,
)
from crm.imports.reader import Row
from crm.imports.undoing import services as undoing
from crm.partners import services as partners
from crm.partners.enums import PartnerKind
from crm.partners.models import Contact, Partner
from tests.imports.test_desk import bring, dev, names  # noqa: F401  a fixture
from tests.imports.test_undo import ask, do_import, state, undo  # noqa: F401  a fixture

HEADINGS = "nom;cp;ville;téléphone;courriel;activité;prénom;nom du contact"
ROW = "Garage du Parc;92160;Antony;01 99 00 12 34;garage@exemple.test;Réparation automobile;Paul;Durand-Test"


def facts_of(**values):
    """The facts of a row that says this."""
    return read_facts(Row(2, {Field.NAME: "Garage du Parc"} | {Field(name): text for name, text in values.items()}))


def held(**facts):
    """A known partner that holds this."""
    return Held(facts={"name": "Garage du Parc", "kind": "company"} | facts)


@pytest.mark.parametrize(
    ("row", "known", "expected"),
    [
        ({"phone": "01 99 00 12 34"}, {}, [("phone", "", "+33199001234")]),
        ({"phone": "01 99 00 12 34"}, {"phone": "+33199001234"}, []),
        ({"phone": "01 99 00 12 34"}, {"phone": "+33199001299"}, [("phone", "+33199001299", "+33199001234")]),
        ({"phone": ""}, {"phone": "+33199001299"}, []),
        ({"city": "ANTONY"}, {"city": "Antony"}, []),
        ({"city": "Sceaux"}, {"city": "Antony"}, [("city", "Antony", "Sceaux")]),
        ({"kind": "association"}, {}, [("kind", "company", "association")]),
        ({"kind": "n'importe quoi"}, {}, []),
        ({"siret": "73282932000074"}, {}, [("siret", "", "73282932000074")]),
        ({"siren": "732829320"}, {"siret": "73282932000074"}, []),
        ({"website": "https://Garage.test"}, {"website": "https://garage.test/"}, []),
        ({"contact_last_name": "Durand-Test"}, {}, [(CONTACT, "", "Durand-Test")]),
    ],
)
def test_what_a_row_brings(row, known, expected):
    assert [(one.field, one.old, one.new) for one in changes_of(facts_of(**row), held(**known))] == expected


def test_who_is_known_there_is_not_met_twice():
    known = Held(facts={}, people=frozenset({"paul durand test"}))
    changes = changes_of(facts_of(contact_first_name="Paul", contact_last_name="DURAND-TEST"), known)
    assert CONTACT not in {one.field for one in changes}


TEXTS = st.sampled_from(["", "Antony", "Sceaux", "ANTONY", "01 99 00 12 34", "a@exemple.test", "92160"])


@given(st.dictionaries(st.sampled_from(list(Field)), TEXTS), st.dictionaries(st.sampled_from(FIELDS), TEXTS))
def test_nothing_is_ever_emptied_and_fills_alone_are_accepted_unasked(row, known):
    facts = read_facts(Row(2, {Field.NAME: "Garage du Parc"} | row))
    if facts.error:
        return
    changes = changes_of(facts, Held(facts={name: text for name, text in known.items() if text}))
    assert all(one.new for one in changes)
    assert all(not one.old for one in accepted(changes, None))
    assert accepted(changes, []) == ()
    assert accepted(changes, {one.field for one in changes}) == changes
    after = Held(facts=known | {one.field: one.new for one in changes}, people=frozenset({"x"}))
    again = changes_of(facts, after)
    assert {one.field for one in again} <= {CONTACT}, "the same row again brings nothing"
    assert said_by(facts)["name"]


@pytest.mark.parametrize(
    ("said", "outcome", "certain", "expected"),
    [
        (None, Outcome.NEW, False, Choice.OTHER),
        (None, Outcome.SAME, False, Choice.SAME),
        (None, Outcome.DOUBTFUL, False, Choice.ASIDE),
        (Choice.ASIDE, Outcome.NEW, False, Choice.ASIDE),
        (Choice.SAME, Outcome.NEW, False, Choice.OTHER),
        (Choice.OTHER, Outcome.SAME, True, Choice.SAME),
        (Choice.OTHER, Outcome.SAME, False, Choice.OTHER),
    ],
)
def test_what_becomes_of_a_row(said, outcome, certain, expected):
    assert decided(said, outcome, certain=certain) is expected
    assert expected in choices_for(outcome, certain=certain)


@pytest.mark.parametrize(
    ("probability", "doubtful", "words"),
    [
        (1.0, False, Likelihood.CERTAIN),
        (0.98, False, Likelihood.ALMOST),
        (0.9, False, Likelihood.LIKELY),
        (0.8, True, Likelihood.POSSIBLE),
    ],
)
def test_a_probability_in_words(probability, doubtful, words):
    assert likelihood(probability, doubtful=doubtful) is words


def garage(session):
    """The one there is, as it is now."""
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(Partner).where(Partner.name == "Garage du Parc")).one()


def test_each_field_is_seen_and_chosen(make, browser, dev, session):  # noqa: F811
    make.partner("Garage du Parc", phone="+33199001299", sector="Garage")
    answer = bring(browser, f"{HEADINGS}\n{ROW}\n")
    answer.close()
    page = " ".join(browser.get(f"{answer.location}?voir=same").text.split())
    assert "1 ligne complétera une fiche connue" in page
    assert "01 99 00 12 99</s> → <strong>01 99 00 12 34</strong>" in page.replace("\xa0", " ")
    form = browser.form(f"{answer.location}?voir=same", action=f"{answer.location}/choix")
    boxes = re.findall(r'id="set-2-(\w+)"[^>]*?(checked)?\s*>', page)
    assert boxes == [("phone", ""), ("email", "checked"), ("sector", ""), ("contact", "checked")], "what only fills"
    ticked = form.values | {"set-2": ["email", "phone"]}
    assert browser.client.post(form.action, data=ticked).status_code == 303
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    known = garage(session)
    assert (known.phone, known.email, known.sector) == ("+33199001234", "garage@exemple.test", "Garage")
    assert session.scalars(sa.select(Contact)).all() == [], "the contact was unticked"
    assert "1 fiche connue complétée" in browser.get(answer.location).text


def test_without_an_answer_only_what_is_empty_is_filled(app, make, dev, session):  # noqa: F811
    make.partner("Garage du Parc", phone="+33199001299", sector="Garage")
    do_import(app, make, dev, f"{HEADINGS}\n{ROW}\n")
    known = garage(session)
    assert (known.phone, known.email, known.sector) == ("+33199001299", "garage@exemple.test", "Garage")
    assert session.scalars(sa.select(Contact.last_name)).all() == ["Durand-Test"]


def test_a_row_left_aside_or_new_changes_nobody(app, make, browser, dev, session):  # noqa: F811
    make.partner("Garage du Parc")
    for choice, count in (("aside", 1), ("other", 2)):
        answer = bring(browser, f"{HEADINGS}\n{ROW}\n")
        answer.close()
        browser.submit(f"{answer.location}?voir=same", {"row-2": choice}, action=f"{answer.location}/choix").close()
        browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
        session.rollback()
        assert len(names(session)) == count
        assert session.scalars(sa.select(Partner.email).order_by(Partner.id)).first() is None


def test_what_was_not_seen_is_not_written(app, make, browser, dev, session):  # noqa: F811
    known = make.partner("Garage du Parc")
    answer = bring(browser, f"{HEADINGS}\n{ROW}\n")
    answer.close()
    actor = make.actor(dev)
    with make.transaction(actor, clock.now()) as database:
        row = database.get(Partner, known.id)
        partners.set_facts(database, row, {"email": "autre@exemple.test"}, updated_at=clock.now(), actor=actor)
    browser.submit(answer.location, {}, action=f"{answer.location}/confirmer").close()
    assert garage(session).email == "autre@exemple.test", "filled meanwhile: it is no longer what was shown"
    assert garage(session).phone == "+33199001234"


def test_two_rows_of_one_new_company_make_one_partner_and_two_people(app, make, dev, session):  # noqa: F811
    text = f"{HEADINGS}\nGarage du Parc;92160;Antony;;;;Paul;Durand-Test\nGarage du Parc;92160;Antony;;;;Jeanne;Petit\n"
    public_id = do_import(app, make, dev, text)
    assert names(session) == ["Garage du Parc"]
    assert sorted(session.scalars(sa.select(Contact.last_name))) == ["Durand-Test", "Petit"]
    ask(app, make, dev, public_id)
    assert names(session) == []


def test_the_same_file_again_brings_nothing(app, make, browser, dev, session):  # noqa: F811
    make.partner("Garage du Parc")
    do_import(app, make, dev, f"{HEADINGS}\n{ROW}\n")
    answer = bring(browser, f"{HEADINGS}\n{ROW}\n")
    answer.close()
    page = browser.get(answer.location).text
    assert "0 partenaire sera créé" in page
    assert "complétera" not in page


def test_an_update_is_undone_but_for_what_changed_since(app, make, browser, dev, session, state):  # noqa: F811
    make.partner("Garage du Parc", city="Antony")
    before = state()
    public_id = do_import(app, make, dev, f"{HEADINGS}\n{ROW}\n")
    actor, later = make.actor(dev), clock.now() + timedelta(minutes=1)
    with make.transaction(actor, later) as database:
        row = database.scalars(sa.select(Partner)).one()
        partners.set_facts(database, row, {"phone": "+33199001277"}, updated_at=later, actor=actor)
    page = " ".join(browser.get(f"/importer/{public_id}/annulation").text.split())
    assert "1 fiche complétée par cet import retrouvera ses anciennes valeurs" in page
    assert "Partenaire modifié (téléphone), par" in page
    undo(browser, public_id)
    known = garage(session)
    assert (known.phone, known.email, known.sector) == ("+33199001277", None, "")
    with make.transaction(actor, later) as database:
        row = database.scalars(sa.select(Partner)).one()
        partners.set_facts(database, row, {"phone": None}, updated_at=None, actor=actor)
    assert state() == before


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Garage du Parc", "Atelier Lumen", "Quincaillerie Brunel", "Zeste & Cie"]),
        st.sampled_from(["", "92160", "75013", "abc"]),
        st.sampled_from(["", "Antony", "Paris", "Sceaux"]),
        st.sampled_from(["", "01 99 00 12 34", "0199001235"]),
        st.sampled_from(["", "a@exemple.test", "b@exemple.test"]),
        st.sampled_from(["", "Bois", "Garage"]),
        st.sampled_from(["", "Paul", "Jeanne"]),
        st.sampled_from(["", "Durand-Test", "Petit-Test"]),
    ),
    max_size=6,
)
_people = {}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, again=ROWS, everything=st.booleans())
def test_updates_and_creations_undone_are_the_identity(app, make, state, rows, again, everything):  # noqa: F811
    """On every table, `version` aside, whatever was ticked; two imports, undone in the other order."""
    if app not in _people:
        _people.clear()
        _people[app] = make.user()
        known = (
            partners.PartnerData(name="Garage du Parc", kind=PartnerKind.ASSOCIATION, phone="+33199001299"),
            partners.PartnerData(name="Atelier Lumen", kind=PartnerKind.COMPANY, city="Paris", postal_code="75013"),
        )
        actor = make.actor(_people[app])
        with make.transaction(actor, clock.now()) as database:
            for data in known:
                partners.create(database, data, actor=actor, now=clock.now())
    user = _people[app]
    before = state()
    done = []
    for lines in (rows, again):
        text = "\n".join([HEADINGS, *(";".join(row) for row in lines), ""])

        def tick_everything(database, one):
            for line in range(2, 9) if everything else ():
                fields = f'["{CONTACT}", ' + ", ".join(f'"{name}"' for name in FIELDS) + "]"
                database.add(ImportChoice(import_id=one.id, line=line, choice=Choice.SAME, fields=fields))

        done.append(do_import(app, make, user, text, prepare=tick_everything))
    for public_id in reversed(done):
        with contextlib.suppress(undoing.CannotUndo):  # it had written nothing
            ask(app, make, user, public_id)
    assert state() == before


def test_a_change_says_whether_it_fills():
    assert Change(field="city", old="", new="Antony").fills
    assert not Change(field="city", old="Sceaux", new="Antony").fills
