"""Reads behind a partner's form: its lists, what words mean in the reference, its group, the bin."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from crm.access.policy import Actor, Permission, require
from crm.partners.enums import AddressKind
from crm.partners.models import Partner, PartnerAddress, PartnerChannel, PartnerName, PartnerRole, PartnerTrade
from crm.partners.reference import queries as reference
from crm.partners.reference.matching import (
    SHOWN,
    Choice,
    legal_form_code,
    matching,
    naf_code,
    read_town,
    trade_code,
)
from crm.partners.reference.queries import CommuneLine
from crm.partners.refusals import FieldRefused
from crm.partners.roles.periods import Period
from crm.partners.search import LIKE_ESCAPE, fold, like_pattern, search_tokens, sort_key
from crm.wording import N_

#: Companies within companies: further up, the chain is a mistake.
HIGHEST = 20

_TOWN_LAST = re.compile(r"^(?P<name>.+?)\s*\((?P<city>[^()]*)\)$")
_PUBLIC_ID = re.compile(r"(?:.*/partenaires/)?(?P<id>[A-Za-z0-9_-]{22})(?:[/?#].*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was typed of what is looked up. Trades one a line."""

    city: str = ""
    postal_code: str = ""
    naf: str = ""
    legal_form: str = ""
    trades: tuple[str, ...] = ()
    parent: str = ""
    headcount_band: str = ""


@dataclass(slots=True)
class Found:
    """What the words mean: values of PartnerData by name, and what could not be decided, each beside its field."""

    values: dict[str, Any] = field(default_factory=dict)
    refusals: list[FieldRefused] = field(default_factory=list)

    def refuse(self, message: str, box: str, **values: Any) -> None:
        """Remember that this field of the form cannot be kept."""
        self.refusals.append(FieldRefused(message, field=box, **values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the page says of a partner beyond its own row, in words."""

    naf: Choice | None
    legal_form: Choice | None
    headcount: str
    trades: tuple[Choice, ...]
    parent: Partner | None
    addresses: dict[AddressKind, PartnerAddress]


@dataclass(frozen=True, slots=True)
class Binned:
    """A partner in the bin that bears the SIRET typed."""

    public_id: str
    name: str
    city: str


def load_lists(session: Session, partner: Partner) -> Partner:
    """The partner with its names, channels, addresses, roles and trades at hand: one query each, if not yet there."""
    missing = inspect(partner).unloaded
    for name, statement in _lists().items():
        if name in missing:
            set_committed_value(partner, name, session.scalars(statement, {"partner": partner.id}).all())
    return partner


@cache
def _lists() -> dict[str, Select[Any]]:
    """The lists of a `partner`, to be given. Built once: loading them with a Partner costs twice as much."""
    partner = bindparam("partner", type_=Integer)
    return {
        name: select(table).where(table.partner_id == partner).order_by(order).execution_options(autoflush=False)
        for name, table, order in (
            ("former_names", PartnerName, PartnerName.id),
            ("channels", PartnerChannel, PartnerChannel.id),
            ("addresses", PartnerAddress, PartnerAddress.id),
            ("roles", PartnerRole, PartnerRole.id),
            ("trades", PartnerTrade, PartnerTrade.rome_code),
        )
    }


def facts(session: Session, partner: Partner, *, actor: Actor) -> Facts:
    """What the page of a partner says in words. A constant number of queries; the lists are loaded as well."""
    require(actor, Permission.PARTNER_READ)
    load_lists(session, partner)
    bands = reference.headcount_bands(session) if partner.headcount_band else {}
    return Facts(
        naf=_labelled(partner.naf_code, reference.naf_label(session, partner.naf_code) if partner.naf_code else None),
        legal_form=_labelled(
            partner.legal_form_code,
            reference.legal_form_label(session, partner.legal_form_code) if partner.legal_form_code else None,
        ),
        headcount=bands.get(partner.headcount_band or "", ("", None))[0],
        trades=trades_of(session, partner),
        parent=parent_of(session, partner),
        addresses={one.kind: one for one in partner.addresses},
    )


def shown(session: Session, partner_id: int, *, actor: Actor, today: date) -> tuple[Partner, Facts, list[PartnerRole]]:
    """The partner of a page, what is said of it in words, and its roles, those open today first."""
    partner = session.get_one(Partner, partner_id)  # the page has read it already
    known = facts(session, partner, actor=actor)
    roles = sorted(partner.roles, key=lambda row: (not period_of(row).is_open(today), row.role.label, row.id))
    return partner, known, roles


def period_of(row: PartnerRole) -> Period:
    """A role as the rules read it."""
    return Period(row.role, row.since, row.until)


def trades_of(session: Session, partner: Partner) -> tuple[Choice, ...]:
    """The trades of a partner whose lists are loaded, by their labels."""
    codes = [one.rome_code for one in partner.trades]
    labels = reference.trade_labels(session, codes) if codes else {}
    return tuple(Choice(code, labels.get(code, "")) for code in codes)


def parent_of(session: Session, partner: Partner) -> Partner | None:
    """The company this one belongs to, unless it is in the bin."""
    if partner.parent_id is None:
        return None
    return session.scalars(select(Partner).where(Partner.id == partner.parent_id, Partner.binned_at.is_(None))).first()


def parent_shown(parent: Partner | None) -> str:
    """A company as the form names it, and reads it again."""
    if parent is None:
        return ""
    return f"{parent.name} ({parent.city})" if parent.city else parent.name


def in_bin(session: Session, siret: str) -> Binned | None:
    """The partner thrown away last that bears this SIRET."""
    statement = (
        select(Partner.public_id, Partner.name, Partner.city)
        .where(Partner.siret == siret, Partner.binned_at.is_not(None), Partner.merged_into_id.is_(None))
        .order_by(Partner.binned_at.desc(), Partner.id.desc())
    )
    row = session.execute(statement.limit(1)).first()
    return Binned(row.public_id, row.name, row.city) if row else None


def suggested(session: Session, text: str, *, actor: Actor, limit: int = 8) -> list[Partner]:
    """Live partners whose key holds every word of `text`, those whose name begins so first. One query."""
    require(actor, Permission.PARTNER_READ)
    tokens = search_tokens(text)
    if not tokens:
        return []
    begins = Partner.sort_key.like(like_pattern(fold(text))[1:], escape=LIKE_ESCAPE)
    wanted = [Partner.search_key.like(like_pattern(token), escape=LIKE_ESCAPE) for token in tokens]
    statement = select(Partner).where(Partner.binned_at.is_(None), *wanted)
    return list(session.scalars(statement.order_by(begins.desc(), Partner.sort_key, Partner.id).limit(limit)))


def look_up(session: Session, words: Words, *, actor: Actor, partner: Partner | None = None) -> Found:
    """
    What the words of the form mean. What the partner already holds stays as it is, withdrawn from the reference or not.

    The size goes with the headcount when nobody said otherwise: `size` is there only as a proposal.
    """
    require(actor, Permission.PARTNER_EDIT)
    found = Found()
    with session.no_autoflush:
        _town(session, words, partner, found)
        _naf(session, words.naf, partner, found)
        _legal_form(session, words.legal_form, partner, found)
        _trades(session, words.trades, partner, found)
        _parent(session, words.parent, partner, found)
        if words.headcount_band:
            _label, size = reference.headcount_bands(session).get(words.headcount_band, ("", None))
            found.values["size"] = size
    return found


def commune_code(session: Session, city: str, postal_code: str) -> str | None:
    """The INSEE code of a town when there is no doubt."""
    communes = reference.communes_called(session, read_town(city, postal_code)) if city else []
    return communes[0].insee_code if len(communes) == 1 else None


def _labelled(code: str | None, label: str | None) -> Choice | None:
    return Choice(code, label or "") if code else None


def _town(session: Session, words: Words, partner: Partner | None, found: Found) -> None:
    same = partner is not None and (partner.city, partner.postal_code) == (words.city, words.postal_code)
    if partner is not None and same and partner.commune_code is not None:
        found.values["commune_code"] = partner.commune_code
        return
    if not words.city:
        return
    town = read_town(words.city, words.postal_code)
    communes = reference.communes_called(session, town, limit=SHOWN + 1)
    if len(communes) == 1:
        found.values |= _town_values(communes[0], words)
    elif len(communes) > 1 and not words.postal_code:
        found.refuse(
            N_("Plusieurs communes sont possibles : %(choices)s. Ajoutez le code postal."),
            "city",
            choices=_choices([_commune_shown(one) for one in communes]),
        )


def _town_values(commune: CommuneLine, words: Words) -> dict[str, Any]:
    values: dict[str, Any] = {"commune_code": commune.insee_code}
    town = read_town(words.city, words.postal_code)
    # What was typed as a code, with its postal code or in capitals, is written as the commune is.
    if "cedex" not in fold(words.city):
        values["city"] = commune.name
    if not words.postal_code and (town.postal_code or len(commune.postal_codes) == 1):
        values["postal_code"] = town.postal_code or commune.postal_codes[0]
    return values


def _commune_shown(commune: CommuneLine) -> str:
    code = commune.postal_codes[0] if commune.postal_codes else commune.insee_code
    return f"{commune.name} ({code})"


def _naf(session: Session, text: str, partner: Partner | None, found: Found) -> None:
    if not text:
        return
    code = naf_code(text)
    if code is None:
        choice = _one(matching(text, reference.naf_codes(session)), text, "naf", found)
        code = choice.code if choice else None
    elif reference.naf_label(session, code) is None and (partner is None or partner.naf_code != code):
        found.refuse(N_("Le code « %(code)s » n'existe pas dans la nomenclature d'activités."), "naf", code=code)
    found.values["naf_code"] = code


def _legal_form(session: Session, text: str, partner: Partner | None, found: Found) -> None:
    if not text:
        return
    code = legal_form_code(text)
    if code is None:
        choice = _one(matching(text, reference.legal_forms(session)), text, "legal_form", found)
        code = choice.code if choice else None
    elif reference.legal_form_label(session, code) is None and (partner is None or partner.legal_form_code != code):
        message = N_("Le code « %(code)s » n'est celui d'aucune forme juridique connue.")
        found.refuse(message, "legal_form", code=code)
    found.values["legal_form_code"] = code


def _trades(session: Session, lines: tuple[str, ...], partner: Partner | None, found: Found) -> None:
    held = {one.rome_code for one in partner.trades} if partner is not None else set()
    coded = {line: trade_code(line) for line in lines}
    known = set(reference.trade_labels(session, [code for code in coded.values() if code])) if lines else set()
    codes: list[str] = []
    for line, code in coded.items():
        if code is None:
            trades = reference.rome_search(session, line, limit=SHOWN + 1)
            choice = _one(matching(line, [Choice(one.code, one.label) for one in trades]), line, "trades", found)
            code = choice.code if choice else None
        elif code not in known | held:
            found.refuse(N_("Le code « %(code)s » n'est celui d'aucun métier du ROME."), "trades", code=code)
        if code is not None:
            codes.append(code)
    found.values["trades"] = tuple(dict.fromkeys(codes))


def _one(choices: Sequence[Choice], text: str, name: str, found: Found) -> Choice | None:
    if len(choices) == 1:
        return choices[0]
    if not choices:
        message = N_("Rien ne correspond à « %(text)s » : essayez un autre mot, ou laissez vide.")
        found.refuse(message, name, text=text[:60])
    else:
        message = N_("« %(text)s » peut vouloir dire : %(choices)s. Recopiez celui qui convient.")
        found.refuse(message, name, text=text[:60], choices=_choices([one.shown for one in choices]))
    return None


def _choices(shown: Sequence[str]) -> str:
    return " ; ".join(shown[:SHOWN]) + (" …" if len(shown) > SHOWN else "")


def _parent(session: Session, text: str, partner: Partner | None, found: Found) -> None:
    if not text:
        return
    if partner is not None and text == parent_shown(parent_of(session, partner)):
        found.values["parent_id"] = partner.parent_id
        return
    called = _called(session, text)
    if not called:
        found.refuse(
            N_("Aucun partenaire ne s'appelle « %(text)s » : créez d'abord sa fiche."), "parent", text=text[:60]
        )
    elif len(called) > 1:
        found.refuse(
            N_("Plusieurs partenaires portent ce nom : %(choices)s. Ajoutez la ville, ou l'adresse de la fiche."),
            "parent",
            choices=_choices([parent_shown(one) for one in called]),
        )
    elif partner is not None and _is_under(session, called[0], partner.id):
        message = N_(
            "« %(name)s » est déjà dans le groupe de cette fiche : l'un ne peut pas être au-dessus de l'autre."
        )
        found.refuse(message, "parent", name=called[0].name)
    else:
        found.values["parent_id"] = called[0].id


def _called(session: Session, text: str) -> Sequence[Partner]:
    live = select(Partner).where(Partner.binned_at.is_(None)).order_by(Partner.id).limit(SHOWN + 1)
    if coded := _PUBLIC_ID.fullmatch(text):
        one = session.scalars(live.where(Partner.public_id == coded["id"])).all()
        if one:
            return one
    named = session.scalars(live.where(Partner.sort_key == sort_key(text))).all()
    placed = _TOWN_LAST.match(text)
    if named or placed is None:
        return named
    same_name = live.where(Partner.sort_key == sort_key(placed["name"]), func.length(Partner.city) > 0).limit(100)
    return [one for one in session.scalars(same_name) if fold(one.city) == fold(placed["city"])]


def _is_under(session: Session, partner: Partner, top: int) -> bool:
    """Whether `top` is `partner` or above it; a chain without end counts as one that comes back."""
    at: int | None = partner.id
    for _step in range(HIGHEST):
        if at is None:
            return False
        if at == top:
            return True
        at = session.scalar(select(Partner.parent_id).where(Partner.id == at))
    return True


def partners_of(session: Session, model: Any, identifiers: Collection[int]) -> dict[int, int]:
    """The partner of each of these parts."""
    rows = session.execute(select(model.id, model.partner_id).where(model.id.in_(identifiers)))
    return {row.id: row.partner_id for row in rows}
