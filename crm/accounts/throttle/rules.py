"""How many tries, in how much time, and who counts as the same visitor."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from types import MappingProxyType

_MINUTE = timedelta(minutes=1)


class Kind(StrEnum):
    """What is tried."""

    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    CONFIRM = "confirm"
    RESET = "reset"
    LINK = "link"


class Scope(StrEnum):
    """By whom tries are counted: each scope is a count of its own."""

    ADDRESS = "address"
    ACCOUNT = "account"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in any `within`."""

    tries: int
    within: timedelta


_FIVE_IN_A_QUARTER = (Limit(5, 15 * _MINUTE),)

#: What is allowed. A try counts when it fails; one that succeeds is given back.
#: A known device counts alone: whoever else tries that account, or from that address, takes nothing from it.
LIMITS: Mapping[tuple[Kind, Scope], tuple[Limit, ...]] = MappingProxyType(
    {
        (Kind.SIGN_IN, Scope.ADDRESS): _FIVE_IN_A_QUARTER,
        (Kind.SIGN_IN, Scope.DEVICE): _FIVE_IN_A_QUARTER,
        (Kind.SIGN_IN, Scope.ACCOUNT): (Limit(100, 60 * _MINUTE),),
        (Kind.SECOND_FACTOR, Scope.ACCOUNT): (
            Limit(5, 5 * _MINUTE),
            Limit(20, 60 * _MINUTE),
            Limit(50, 1440 * _MINUTE),
        ),
        (Kind.CONFIRM, Scope.ACCOUNT): (Limit(5, 15 * _MINUTE), Limit(20, 60 * _MINUTE)),
        (Kind.RESET, Scope.ADDRESS): _FIVE_IN_A_QUARTER,
        (Kind.RESET, Scope.ACCOUNT): (Limit(5, 60 * _MINUTE),),
        (Kind.LINK, Scope.ADDRESS): (Limit(10, 5 * _MINUTE),),
    }
)

#: After that long a try counts nowhere.
LONGEST = max(limit.within for limits in LIMITS.values() for limit in limits)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One count: a keyed hash (hex) of what is counted, and what it allows."""

    name: str
    limits: tuple[Limit, ...]


def bucket(kind: Kind, scope: Scope, who: str, *, key: str) -> Bucket:
    """The count of `who` (an address, an account, a device), under a name that tells nothing without the key."""
    named = f"throttle\x1f{kind}\x1f{scope}\x1f{who}".encode("utf-8", "replace")
    return Bucket(hmac.new(key.encode(), named, "sha256").hexdigest(), LIMITS[kind, scope])


def buckets(kind: Kind, who: Mapping[Scope, str], *, key: str) -> tuple[Bucket, ...]:
    """The counts that one try of that kind falls into, for the scopes in which `kind` is limited."""
    return tuple(bucket(kind, scope, name, key=key) for scope, name in who.items() if (kind, scope) in LIMITS)


def wait(limits: Iterable[Limit], tries: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long until one more try is allowed after those `tries` (any order); None: at once."""
    waits = []
    for limit in limits:
        counted = sorted(at for at in tries if at > now - limit.within)
        if len(counted) >= limit.tries:
            waits.append(counted[-limit.tries] + limit.within - now)
    return max(waits, default=None)


def visitor(address: str | None) -> str:
    """
    Who an address stands for: an IPv4 address, or the /64 of an IPv6 one, which one subscriber has whole.

    An IPv4 address written in IPv6, or one that brings its own /48 (6to4), is that IPv4 address.
    """
    try:
        known: IPv4Address | IPv6Address = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or known.sixtofour or known
    if isinstance(known, IPv4Address):
        return str(known)
    return str(ip_network((int(known), 64), strict=False))


def email_key(email: str) -> str:
    """An address as accounts store it, cut where none is longer."""
    return email.strip().lower()[:254]
