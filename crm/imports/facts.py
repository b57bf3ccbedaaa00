"""
A row of a file as facts of a partner: what can be mended is mended and told, what cannot be trusted is left out.

A row is wrong only when who it is about cannot be known: no name, or an identifier that contradicts itself.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from crm.dedupe.places import department_code
from crm.imports.colleagues import owner_of
from crm.imports.kinds import kind_of
from crm.imports.mapping import Field
from crm.imports.reader import Row
from crm.partners.enums import PartnerKind
from crm.partners.identifiers import Identifier, read_identifier, read_siret
from crm.partners.online import read_email, read_website
from crm.partners.phones import read_phones
from crm.partners.places import department_of, is_postal_code
from crm.partners.registry import Draft
from crm.partners.search import fold
from crm.sentences import Sentence
from crm.wording import N_

#: What the columns of the database hold, in characters.
_LONGEST = {
    Field.NAME: 200,
    Field.TRADE_NAME: 200,
    Field.STREET: 200,
    Field.CITY: 100,
    Field.SECTOR: 200,
    Field.CONTACT_LAST_NAME: 80,
    Field.CONTACT_FIRST_NAME: 80,
    Field.CONTACT_FUNCTION: 120,
}
_CUT = {
    Field.TRADE_NAME: N_("nom commercial raccourci à %(most)s caractères"),
    Field.STREET: N_("adresse raccourcie à %(most)s caractères"),
    Field.CITY: N_("commune raccourcie à %(most)s caractères"),
    Field.SECTOR: N_("secteur raccourci à %(most)s caractères"),
    Field.CONTACT_LAST_NAME: N_("nom du contact raccourci à %(most)s caractères"),
    Field.CONTACT_FIRST_NAME: N_("prénom du contact raccourci à %(most)s caractères"),
    Field.CONTACT_FUNCTION: N_("fonction du contact raccourcie à %(most)s caractères"),
}
#: How much of a bad cell is quoted, in characters.
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody met there. `phone` in E.164."""

    last_name: str
    first_name: str = ""
    function: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    What a row says. With an `error`, `draft` holds the name at most.

    `line`: of the file, from 1. `kind_said`: the file says it. `owner`: who follows it, as written; `owner_id` the
    colleague. `notes`: what was mended or left out, in the order of the columns.
    """

    line: int
    draft: Draft
    kind: PartnerKind = PartnerKind.COMPANY
    kind_said: bool = False
    owner: str = ""
    owner_id: int | None = None
    sector: str = ""
    person: Person | None = None
    notes: tuple[Sentence, ...] = ()
    error: Sentence | None = None


def read_facts(row: Row) -> Facts:
    """The facts of a row of the file."""
    values = {field: _plain(text) for field, text in row.values.items()}
    name = values.get(Field.NAME, "")
    if error := _wrong_name(name):
        return Facts(line=row.line, draft=Draft(name=name[:_SHOWN]), error=error)
    siret, siren = read_siret(values.get(Field.SIRET)), read_identifier(values.get(Field.SIREN))
    if error := _wrong_identifiers(siret, siren):
        return Facts(line=row.line, draft=Draft(name=name), error=error)
    notes = [*siret.notes, *siren.notes]
    kind, sector = _kind(values, notes), _short(values, Field.SECTOR, notes)
    owner = values.get(Field.OWNER, "")
    return Facts(
        line=row.line,
        draft=_draft(name, values, siret, siren, notes),
        kind=kind,
        kind_said=kind_of(values.get(Field.KIND, "")) is not None,
        owner=owner,
        sector=sector,
        person=_person(values, notes),
        notes=tuple(notes),
    )


def without_objectors(facts: Facts, objecting: Collection[str]) -> Facts:
    """
    The same facts without the addresses of those who asked not to be written to any more, nor what else is said of
    them. `objecting`: folded addresses, as `addresses` gives them.
    """
    draft, person, notes = facts.draft, facts.person, list(facts.notes)
    if draft.email.casefold() in objecting:
        draft = replace(draft, email="")
        notes.append(Sentence(N_("adresse d'une personne qui s'est opposée, laissée de côté")))
    if person is not None and person.email.casefold() in objecting:
        person = None
        notes.append(Sentence(N_("contact qui s'est opposé, laissé de côté")))
    return replace(facts, draft=draft, person=person, notes=tuple(notes))


def with_owner(facts: Facts, people: Mapping[int, str]) -> Facts:
    """The same facts with the colleague who follows it, among `people`; a note when nobody is meant, or several."""
    if not facts.owner or facts.error is not None:
        return facts
    owner_id = owner_of(facts.owner, people)
    if owner_id is not None:
        return replace(facts, owner_id=owner_id)
    unknown = Sentence(N_("personne inconnue dans votre structure : %(text)s"), {"text": facts.owner[:_SHOWN]})
    return replace(facts, notes=(*facts.notes, unknown))


def addresses(facts: Facts) -> set[str]:
    """The e-mail addresses of a row, folded."""
    found = {facts.draft.email, facts.person.email if facts.person else ""}
    return {address.casefold() for address in found if address}


def _draft(name: str, values: dict[Field, str], siret: Identifier, siren: Identifier, notes: list[Sentence]) -> Draft:
    postal_code = _postal_code(values.get(Field.POSTAL_CODE, ""), notes)
    return Draft(
        name=name,
        trade_name=_short(values, Field.TRADE_NAME, notes),
        siret=siret.siret or siren.siret or "",
        siren=siret.siren or siren.siren or "",
        street=_short(values, Field.STREET, notes),
        postal_code=postal_code,
        city=_short(values, Field.CITY, notes),
        department=department_of(postal_code) or department_code(fold(values.get(Field.DEPARTMENT, ""))),
        phone=_phone(values.get(Field.PHONE, ""), notes),
        email=_online(read_email(values.get(Field.EMAIL)).value, values.get(Field.EMAIL, ""), notes),
        website=_online(read_website(values.get(Field.WEBSITE)).value, values.get(Field.WEBSITE, ""), notes),
    )


def _person(values: dict[Field, str], notes: list[Sentence]) -> Person | None:
    last_name = _short(values, Field.CONTACT_LAST_NAME, notes)
    first_name = _short(values, Field.CONTACT_FIRST_NAME, notes)
    if not (last_name or first_name):
        return None
    email = values.get(Field.CONTACT_EMAIL, "")
    return Person(
        last_name=last_name or first_name,
        first_name=first_name if last_name else "",
        function=_short(values, Field.CONTACT_FUNCTION, notes),
        phone=_phone(values.get(Field.CONTACT_PHONE, ""), notes),
        email=_online(read_email(email).value, email, notes),
    )


def _plain(text: str) -> str:
    # A cell may hold line breaks and invisible controls; a name of ours stands on one line.
    one_line = " ".join(text.split())
    return "".join(c for c in one_line if unicodedata.category(c) not in {"Cc", "Cs"})


def _wrong_name(name: str) -> Sentence | None:
    if not name:
        return Sentence(N_("le nom manque"))
    if len(name) > _LONGEST[Field.NAME]:
        return Sentence(N_("le nom dépasse %(most)s caractères"), {"most": _LONGEST[Field.NAME]})
    return None if fold(name) else Sentence(N_("le nom n'a ni lettre ni chiffre"))


def _wrong_identifiers(siret: Identifier, siren: Identifier) -> Sentence | None:
    if error := siret.error or siren.error:
        return error
    if siret.siren and siren.siren and siret.siren != siren.siren:
        return Sentence(N_("le SIREN et le SIRET ne vont pas ensemble"))
    return None


def _short(values: dict[Field, str], field: Field, notes: list[Sentence]) -> str:
    text = values.get(field, "")
    if len(text) > _LONGEST[field]:
        notes.append(Sentence(_CUT[field], {"most": _LONGEST[field]}))
    return text[: _LONGEST[field]].rstrip()


def _kind(values: dict[Field, str], notes: list[Sentence]) -> PartnerKind:
    text = values.get(Field.KIND, "")
    kind = kind_of(text)
    if text and kind is None:
        notes.append(Sentence(N_("type inconnu, rangé en entreprise : %(text)s"), {"text": text[:_SHOWN]}))
    return kind or PartnerKind.COMPANY


def _postal_code(text: str, notes: list[Sentence]) -> str:
    digits = "".join(text.split()).removesuffix(".0")
    if len(digits) == 4 and is_postal_code(f"0{digits}"):
        notes.append(Sentence(N_("zéro de tête remis au code postal : %(text)s"), {"text": f"0{digits}"}))
        return f"0{digits}"
    if text and not is_postal_code(digits):
        notes.append(Sentence(N_("code postal illisible, laissé de côté : %(text)s"), {"text": text[:_SHOWN]}))
        return ""
    return digits


def _phone(text: str, notes: list[Sentence]) -> str:
    phones = [phone.value for phone in read_phones(text) if phone.value]
    if text and not phones:
        notes.append(Sentence(N_("téléphone illisible, laissé de côté : %(text)s"), {"text": text[:_SHOWN]}))
    if len(phones) > 1:
        notes.append(Sentence(N_("plusieurs téléphones : seul le premier est gardé")))
    return phones[0] if phones else ""


def _online(read: str | None, text: str, notes: list[Sentence]) -> str:
    if text and read is None:
        notes.append(Sentence(N_("adresse illisible, laissée de côté : %(text)s"), {"text": text[:_SHOWN]}))
    return read or ""
