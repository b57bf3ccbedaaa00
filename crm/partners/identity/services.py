"""Keeps the lists of a partner as they were typed, touching only what changed: the trail tells no more than that."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from crm.partners.channel_lines import Channel
from crm.partners.enums import AddressKind
from crm.partners.models import Partner, PartnerAddress, PartnerChannel, PartnerName, PartnerTrade


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where letters or invoices go; all empty when it is where we visit."""

    street: str = ""
    postal_code: str = ""
    city: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.street or self.postal_code or self.city)


def keep_names(partner: Partner, names: Iterable[str]) -> bool:
    """Keep these former names. True when that changed something."""
    wanted = list(dict.fromkeys(names))
    held = {one.name: one for one in partner.former_names}
    for name in held.keys() - set(wanted):
        partner.former_names.remove(held[name])
    partner.former_names += [PartnerName(name=name) for name in wanted if name not in held]
    return held.keys() != set(wanted)


def keep_channels(partner: Partner, channels: Collection[Channel]) -> bool:
    """Keep these phones and e-mails beside the main ones. True when that changed something."""
    wanted = {(one.kind, one.value): one.label for one in channels}
    held = {(one.kind, one.value): one for one in partner.channels}
    changed = wanted != {key: one.label for key, one in held.items()}
    for key, one in held.items():
        if key not in wanted:
            partner.channels.remove(one)
        elif one.label != wanted[key]:
            one.label = wanted[key]
    for (kind, value), label in wanted.items():
        if (kind, value) not in held:
            partner.channels.append(PartnerChannel(kind=kind, value=value, label=label))
    return changed


def keep_addresses(partner: Partner, addresses: Mapping[AddressKind, PostalAddress]) -> bool:
    """Keep these addresses beside the one we visit. True when that changed something."""
    wanted = {kind: one for kind, one in addresses.items() if not one.is_empty}
    held = {one.kind: one for one in partner.addresses}
    changed = wanted != {kind: PostalAddress(one.street, one.postal_code, one.city) for kind, one in held.items()}
    for kind in held.keys() - wanted.keys():
        partner.addresses.remove(held[kind])
    for kind, address in wanted.items():
        row = held.get(kind)
        if row is None:
            row = PartnerAddress(kind=kind)
            partner.addresses.append(row)
        row.street, row.postal_code, row.city = address.street, address.postal_code, address.city
    return changed


def keep_trades(partner: Partner, codes: Collection[str]) -> bool:
    """Keep these ROME codes. True when that changed something."""
    held = {one.rome_code: one for one in partner.trades}
    for code in held.keys() - set(codes):
        partner.trades.remove(held[code])
    partner.trades += [PartnerTrade(rome_code=code) for code in dict.fromkeys(codes) if code not in held]
    return held.keys() != set(codes)
