"""
A row of a history as one exchange with a company.

A row is wrong when the company or the day cannot be known. Whatever the words say, it is a follow-up: what is taken
over from a spreadsheet is no new request, and must not count among the solicitations of the quarter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time

from crm.imports.colleagues import owner_of
from crm.imports.exchanges.days import NOON, read_moment
from crm.imports.exchanges.words import direction_of, kind_of
from crm.imports.facts import Facts, read_facts
from crm.imports.mapping import Field
from crm.imports.reader import Row
from crm.interactions.enums import Direction, InteractionKind
from crm.partners.search import fold
from crm.sentences import Sentence
from crm.wording import N_

LONGEST_TEXT = 3_800  # characters: what precedes it must still fit
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """
    One exchange. `company`: of whom the row speaks, as a row of partners. `author_id`: the colleague, None when nobody
    is meant; `who`: as written. `met`: the person met there, as written.
    """

    line: int
    company: Facts
    day: date | None = None
    hour: time = NOON
    kind: InteractionKind = InteractionKind.CALL
    direction: Direction = Direction.OURS
    text: str = ""
    who: str = ""
    author_id: int | None = None
    met: str = ""
    notes: tuple[Sentence, ...] = ()
    error: Sentence | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells two companies of a file apart."""
        draft = self.company.draft
        return (draft.siret or draft.siren, fold(draft.name), draft.postal_code, fold(draft.city))


def read_exchange(row: Row, *, people: Mapping[int, str], today: date) -> Exchange:
    """The exchange of a row of the file; `people`: identifier → name of the colleagues."""
    company = read_facts(row)
    if company.error is not None:
        return Exchange(line=row.line, company=company, error=company.error)
    moment = read_moment(row.values.get(Field.DATE, ""), today=today)
    text = row.values.get(Field.TEXT, "").strip()
    said, who = row.values.get(Field.EXCHANGE_KIND, "").strip(), " ".join(row.values.get(Field.OWNER, "").split())
    notes = [note for note in (moment.note,) if note is not None]
    kind = kind_of(said, text)
    if kind is None:
        notes.append(Sentence(N_("type d'échange inconnu, noté comme un appel : %(text)s"), {"text": said[:_SHOWN]}))
    author_id = owner_of(who, people)
    if who and author_id is None:
        notes.append(Sentence(N_("personne inconnue dans votre structure : %(text)s"), {"text": who[:_SHOWN]}))
    if len(text) > LONGEST_TEXT:
        notes.append(Sentence(N_("texte raccourci à %(most)s caractères"), {"most": LONGEST_TEXT}))
    met = " ".join(
        part
        for field in (Field.CONTACT_FIRST_NAME, Field.CONTACT_LAST_NAME)
        if (part := " ".join(row.values.get(field, "").split()))
    )
    return Exchange(
        line=row.line,
        company=replace(company, person=None),
        day=moment.day,
        hour=moment.hour,
        kind=kind or InteractionKind.CALL,
        direction=direction_of(said, text),
        text=text[:LONGEST_TEXT],
        who=who,
        author_id=author_id,
        met=met[:160],
        notes=tuple(notes),
        error=moment.error,
    )
