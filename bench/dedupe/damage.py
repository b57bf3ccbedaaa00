"""
What people and programs do to a company on its way into a spreadsheet: one row of the table for each.

`rate` is the chance that a written row suffers it, where it can (an acronym needs one to have). The file a row comes
from multiplies it: a register is careful, a list kept by a colleague is not. Rates are guesses from files seen in
structures d'insertion, not measures; they were set before the scorer was run on what comes out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import columns
import names
from columns import Row
from companies import Company, World

Change = Callable[[Row, Company, World], None]


@dataclass(frozen=True, slots=True)
class Damage:
    """One kind of damage. `field`: the column it falls on; `why`: who does that, and why."""

    name: str
    field: str
    rate: float
    change: Change
    why: str


#: Which name is written. The first that applies is done, and no other of this list.
NAMINGS = (
    Damage("acronym", "nom", 0.15, names.acronym, "everybody says the initials, so that is what is typed"),
    Damage("acronym_dotted", "nom", 0.03, names.acronym_dotted, "A.C.I.R., as on the letterhead"),
    Damage("acronym_spaced", "nom", 0.02, names.acronym_spaced, "A C I R: registers drop the dots"),
    Damage("acronym_then_name", "nom", 0.05, names.acronym_then_name, "both, so that a search finds it"),
    Damage("name_then_acronym", "nom", 0.06, names.name_then_acronym, "both, the other way round"),
    Damage("trade_name", "nom", 0.28, names.trade_name, "the sign over the door, not what is on the invoice"),
    Damage("both_names", "nom", 0.08, names.both_names, "the legal name and the sign in one cell"),
    Damage("former_name", "nom", 0.20, names.former_name, "renamed agencies live on in old lists"),
    Damage("ex_name", "nom", 0.06, names.ex_name, "the new name with « ex » and the old one"),
)
#: Where the company was. Before everything that spoils an address.
MOVES = (Damage("moved", "adresse", 0.05, columns.moved, "old lists keep the old address"),)
#: What is done to the words of a name.
WORDS = (
    Damage("form_added", "nom", 0.16, names.form_added, "copied from an invoice: SARL in front or behind"),
    Damage("form_dotted", "nom", 0.04, names.form_dotted, "S.A.R.L."),
    Damage("form_spelled", "nom", 0.015, names.form_spelled, "Société à responsabilité limitée, as in registers"),
    Damage("shortened", "nom", 0.14, names.shortened, "Ets, Cie, Sté, St: typed by hand"),
    Damage("word_dropped", "nom", 0.05, names.word_dropped, "whoever types keeps what tells"),
    Damage("word_order", "nom", 0.05, names.word_order, "the family first, to sort the column"),
    Damage("trade_added", "nom", 0.03, names.trade_added, "what it does, since the name does not say"),
    Damage("town_added", "nom", 0.08, names.town_added, "the town in the name, to tell sites apart"),
    Damage("department_added", "nom", 0.03, names.department_added, "(38): lists of a whole region"),
    Damage("remark", "nom", 0.03, names.remark, "no column for it: « à rappeler », « ne répond pas »"),
    Damage("person_added", "nom", 0.02, names.person_added, "whom to ask for, beside the company"),
    Damage("figures_in_words", "nom", 0.30, names.figures_in_words, "« 3 » or « Trois », where there is one"),
    Damage("ampersand", "nom", 0.30, names.ampersand, "« & », « et » or « + », where there is one"),
)
#: What fingers, ears and scanners do to letters.
LETTERS = (
    Damage(
        "typo", "nom", 0.10, names.typo, "neighbouring keys of an AZERTY keyboard, letters swapped, doubled or lost"
    ),
    Damage("heard", "nom", 0.05, names.heard, "taken down over the telephone: ph for f, eau for o, one l for two"),
    Damage("scanned", "nom", 0.015, names.scanned, "read from a business card: O for 0, l for i, rn for m"),
    Damage("glued", "nom", 0.03, names.glued, "two words in one, as in domains and logos"),
    Damage("cut_up", "nom", 0.02, names.cut_up, "a hyphen or a space inside a word"),
    Damage("accents_lost", "nom", 0.22, names.accents_lost, "capitals, old programs, haste"),
    Damage("mojibake", "nom", 0.012, names.mojibake, "UTF-8 opened as Latin-1, or the other way round"),
    Damage("capitals", "nom", 0.22, names.capitals, "registers, and people who like capitals"),
    Damage("small_letters", "nom", 0.05, names.small_letters, "typed on a telephone"),
    Damage("truncated", "nom", 0.05, names.truncated, "programs with 25, 30 or 32 characters"),
    Damage("invisible", "nom", 0.06, names.invisible, "spaces that cannot be seen, copied from web pages"),
    Damage("quotes", "nom", 0.03, names.quotes, "« », curly or straight, or none"),
)
ADDRESS = (
    Damage("way_shortened", "adresse", 0.35, columns.way_shortened, "av., bd, ch."),
    Damage("number_lost", "adresse", 0.06, columns.number_lost, "known only as the street"),
    Damage("number_moved", "adresse", 0.04, columns.number_moved, "14 for 12, « 12-14 », comma after the number"),
    Damage("address_typo", "adresse", 0.07, columns.address_typo, "as in names"),
    Damage("complement", "adresse", 0.10, columns.complement, "building, floor, zone before the street"),
    Damage("care_of", "adresse", 0.015, columns.care_of, "c/o somebody"),
    Damage("post_box", "adresse", 0.04, columns.post_box, "BP and CEDEX of large organisations"),
    Damage("whole_address", "adresse", 0.03, columns.whole_address, "everything in one cell, code and town too"),
    Damage("address_capitals", "adresse", 0.18, columns.address_capitals, "the Post wants capitals"),
    Damage(
        "code_number", "code_postal", 0.06, columns.code_number, "a spreadsheet took it for a number: 1400, 38000.0"
    ),
    Damage("code_typo", "code_postal", 0.02, columns.code_typo, "one figure wrong"),
    Damage("code_other", "code_postal", 0.04, columns.code_other, "the code of the main post office, or a CEDEX code"),
    Damage("code_dressed", "code_postal", 0.02, columns.code_dressed, "92 160, F-92160"),
    Damage("town_capitals", "ville", 0.25, columns.town_capitals, "capitals without accents, ST for Saint"),
    Damage("town_shortened", "ville", 0.30, columns.town_shortened, "St, s/, sur: where there is one"),
    Damage("town_near", "ville", 0.02, columns.town_near, "the large town next door"),
    Damage("town_typo", "ville", 0.03, columns.town_typo, "as in names"),
    Damage("town_with_code", "ville", 0.03, columns.town_with_code, "code and town in one cell, or (38)"),
)
CONTACTS = (
    Damage("phone_other", "telephone", 0.10, columns.phone_other, "a mobile, or another line"),
    Damage("phone_typo", "telephone", 0.02, columns.phone_typo, "one figure wrong"),
    Damage("phone_two", "telephone", 0.06, columns.phone_two, "two numbers in one cell"),
    Damage(
        "phone_form", "telephone", 0.75, columns.phone_form, "spaces, dots, +33, 0033, the zero lost by a spreadsheet"
    ),
    Damage("email_generic", "email", 0.15, columns.email_generic, "a mailbox at a provider"),
    Damage("email_person", "email", 0.30, columns.email_person, "somebody's mail instead of the common one"),
    Damage("email_dressed", "email", 0.06, columns.email_dressed, "capitals, mailto:, « Nom <mail> », two in one cell"),
    Damage("site_form", "site_web", 0.70, columns.site_form, "https, www, a page, a slash"),
    Damage("site_social", "site_web", 0.06, columns.site_social, "a page on a social network for site"),
    Damage("siret_typo", "siret", 0.015, columns.siret_typo, "one figure wrong"),
    Damage("siret_cut", "siret", 0.04, columns.siret_cut, "the SIREN alone, or a figure lost"),
    Damage("siret_form", "siret", 0.25, columns.siret_form, "spaces, an apostrophe, .0"),
    Damage("siret_scientific", "siret", 0.02, columns.siret_scientific, "8,3021E+13: a spreadsheet, again"),
)
#: What goes wrong with a whole row.
ROWS = (
    Damage("columns_swapped", "row", 0.006, columns.columns_swapped, "pasted one column too far"),
    Damage("address_in_town", "row", 0.006, columns.address_in_town, "two columns merged"),
)
TABLE = (*NAMINGS, *MOVES, *WORDS, *LETTERS, *ADDRESS, *CONTACTS, *ROWS)


def spoil(row: Row, company: Company, world: World, care: float) -> list[str]:
    """
    Damage a clean row in place; the names of what was done.

    `care` multiplies every rate: 0 leaves the row clean, 1 is the table, more is careless. An empty cell is left.
    """
    done = []
    chance = world.chance.random
    for damage in NAMINGS:
        if chance() < damage.rate * min(care, 1.2) and _changed(damage, row, company, world):
            done.append(damage.name)
            break
    for damage in TABLE[len(NAMINGS) :]:
        if chance() < damage.rate * care and _changed(damage, row, company, world):
            done.append(damage.name)
    return done


def _changed(damage: Damage, row: Row, company: Company, world: World) -> bool:
    before = tuple(row.values())
    if damage.field != "row" and not row[damage.field]:
        return False
    damage.change(row, company, world)
    if not row["nom"].strip():
        row["nom"] = before[0]
    return tuple(row.values()) != before
