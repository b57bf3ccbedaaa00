"""The morning digest: what is late, for today, what the week still holds, reminders. None when there is nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.reminders.envelope import one_line
from crm.reminders.rules import Bucket, bucket
from crm.reminders.schedule import Due
from crm.sentences import Sentence
from crm.wording import N_

#: Lines of one section; beyond, the mail gives their number and the page shows them.
MOST = 30
REMINDERS = N_("Rappels")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do: what, for when, about whom, where to read on; the structure when the reader has several."""

    what: str
    due_on: date
    about: str
    url: str
    structure: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines. `hidden` is how many more there are."""

    heading: Sentence
    entries: tuple[Entry, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told on one day. `due` is when it should have left, and whether it is late."""

    title: Sentence
    sections: tuple[Section, ...]
    due: Due


def build(entries: Iterable[Entry], due: Due, reminders: Iterable[Entry] = ()) -> Digest | None:
    """
    The digest of these open things to do and of these reminders; None when nothing is due by the end of the week.

    Names and texts are put on one line: what somebody typed cannot pass for a line of ours.
    """
    heaps: dict[Bucket, list[Entry]] = {Bucket.LATE: [], Bucket.TODAY: [], Bucket.THIS_WEEK: []}
    for entry in sorted((_plain(entry) for entry in entries), key=lambda e: (e.due_on, e.about, e.what)):
        heap = heaps.get(bucket(entry.due_on, due.day))
        if heap is not None:
            heap.append(entry)
    recalled = sorted((_plain(entry) for entry in reminders), key=lambda e: (e.due_on, e.about, e.what))
    count = sum(len(heap) for heap in heaps.values()) + len(recalled)
    if not count:
        return None
    sections = tuple(_section(kind.label, heap) for kind, heap in heaps.items() if heap)
    if recalled:
        sections += (_section(REMINDERS, recalled),)
    return Digest(_title(due.day, count, len(heaps[Bucket.LATE])), sections, due)


def _title(day: date, count: int, late: int) -> Sentence:
    if late:
        values = {"day": day, "count": count, "late": late}
        return Sentence(N_("Passerelle, %(day)s : %(count)s à faire, dont %(late)s en retard"), values)
    return Sentence(N_("Passerelle, %(day)s : %(count)s à faire"), {"day": day, "count": count})


def _section(heading: str, entries: list[Entry]) -> Section:
    return Section(Sentence(heading), tuple(entries[:MOST]), max(0, len(entries) - MOST))


def _plain(entry: Entry) -> Entry:
    return Entry(one_line(entry.what), entry.due_on, one_line(entry.about), entry.url, one_line(entry.structure))
