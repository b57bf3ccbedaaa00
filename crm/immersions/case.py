"""
A case of `passerelle pmsmp-check`, read strictly: each malformed field is named, with what is wrong and how to mend it.

A key that the format does not mark « or null » must be there. `null` then says « not known yet », where the rules can
live without: the birth date, what is wanted, its dates, the département of the host. Other keys are left alone, for
notes, unless they look like a mistyped one.
"""

from datetime import date

from crm.immersions.enums import ContractKind, PrescriberKind, Purpose
from crm.immersions.facts import Case, Contract, Stay, Wanted
from crm.immersions.fields import Field, refuse
from crm.immersions.periods import Period
from crm.immersions.weeks import read_timetable

_CASE = (
    "id", "employee", "contracts", "pass_iae_end", "host", "wanted", "done", "today", "prescriber_kind",
    "delegation_until",
)  # fmt: skip
_WANTED = (
    "start", "end", "purpose", "objectives", "renewal_of", "renewal_reason", "on_working_time", "weekly_schedule",
    "places",
)  # fmt: skip
_STAY = (
    "id", "host_siret", "start", "end", "purpose", "objectives", "renewal_of", "objectives_reached",
)  # fmt: skip


def read_case(value: object) -> Case:
    """Read one case. Raises Malformed for the first field that is not as it should be."""
    top = Field("", value).as_object(_CASE)
    host = top.get("host").as_object(("siret", "departement"))
    today = top.get("today").as_date()
    birth = top.get("employee").as_object(("birth_date",)).get("birth_date")
    birth_date = birth.as_date_or_none()
    if birth_date and birth_date > today:
        refuse(birth, "après aujourd'hui (%(today)s). Corriger la date de naissance.", today=str(today))
    contracts = tuple(_contract(item) for item in top.get("contracts").as_list())
    return Case(
        today=today,
        prescriber=top.get("prescriber_kind").as_one_of(PrescriberKind),
        host_siret=host.get("siret").as_siret(),
        departement=host.maybe("departement").as_departement_or_none(),
        birth_date=birth_date,
        contracts=contracts,
        pass_iae_end=top.maybe("pass_iae_end").as_date_or_none(),
        wanted=_wanted(top.get("wanted")),
        stays=_stays(top.get("done")),
        delegation_until=top.maybe("delegation_until").as_date_or_none(),
    )


def _contract(field: Field) -> Contract:
    given = field.as_object(("kind", "start", "end"))
    start, end = given.maybe("start").as_date_or_none(), given.maybe("end").as_date_or_none()
    _in_order(given.maybe("end"), start, end)
    return Contract(kind=given.get("kind").as_one_of(ContractKind), start=start, end=end)


def _wanted(field: Field) -> Wanted | None:
    if field.value is None:
        return None
    given = field.as_object(_WANTED)
    start, end = given.get("start").as_date_or_none(), given.get("end").as_date_or_none()
    _in_order(given.get("end"), start, end)
    given.maybe("places").as_count_or_none()
    return Wanted(
        start=start,
        end=end,
        purposes=given.maybe("purpose").as_texts(),
        objectives=given.get("objectives").as_text(),
        renewal_of=given.maybe("renewal_of").as_text_or_none(),
        renewal_reason=given.maybe("renewal_reason").as_text_or_none() or "",
        on_working_time=given.get("on_working_time").as_bool(),
        timetable=read_timetable(given.maybe("weekly_schedule")),
    )


def _stays(field: Field) -> tuple[Stay, ...]:
    stays: dict[str, Stay] = {}
    for item in field.as_list():
        given = item.as_object(_STAY)
        name = given.get("id").as_text()
        if name in stays:
            refuse(given.get("id"), "« %(id)s » désigne déjà une autre période. Donner un id à chacune.", id=name)
        first, last = given.get("start").as_date(), given.get("end").as_date()
        _in_order(given.get("end"), first, last)
        stays[name] = Stay(
            id=name,
            host_siret=given.get("host_siret").as_siret(),
            period=Period(first, last),
            purpose=given.get("purpose").as_one_of(Purpose),
            objectives=given.get("objectives").as_text(),
            renewal_of=given.maybe("renewal_of").as_text_or_none(),
            objectives_reached=given.maybe("objectives_reached").as_bool_or_none(),
        )
    return tuple(stays.values())


def _in_order(field: Field, first: date | None, last: date | None) -> None:
    if first and last and last < first:
        refuse(field, "%(end)s, avant le début (%(start)s). Échanger ou corriger.", end=str(last), start=str(first))
