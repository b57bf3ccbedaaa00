"""What the identity of partners registers: words of the trail, the panel of the page."""

from collections.abc import Collection
from typing import Any

from crm.access.policy import Actor, Permission
from crm.audit.words import Find, Reference, add_table
from crm.partners import queries, registry
from crm.partners.identity import queries as identity
from crm.partners.identity import trail_words
from crm.partners.models import PartnerAddress, PartnerChannel, PartnerName, PartnerRole, PartnerTrade
from crm.wording import N_


def wire() -> None:
    """Name the parts of partners in the trail; show the identity on the page."""
    add_table("partner_names", trail_words.name_told(_found(PartnerName)))
    add_table("partner_channels", trail_words.channel_told(_found(PartnerChannel)))
    add_table("partner_addresses", trail_words.address_told(_found(PartnerAddress)))
    add_table("partner_roles", trail_words.role_told(_found(PartnerRole)))
    add_table("partner_trades", trail_words.trade_told(_found(PartnerTrade)))
    registry.add_panel(
        registry.Panel(
            key="identity",
            title=N_("Coordonnées et identité"),
            place="side",
            order=80,
            permission=Permission.PARTNER_READ,
            template="partners/_identity.html",
            load=lambda session, viewing: identity.shown(
                session, viewing.partner_id, actor=viewing.actor, today=viewing.today
            ),
        )
    )


def _found(model: Any) -> Find:
    """How the trail names parts of partners: by their partner."""

    def find(session: Any, identifiers: Collection[int], actor: Actor) -> dict[int, Reference]:
        partner_of = identity.partners_of(session, model, identifiers)
        told = queries.told_partners(session, set(partner_of.values()), actor) if partner_of else {}
        return {key: told[partner] for key, partner in partner_of.items() if partner in told}

    return find
