"""Addresses: which are one neighbourhood, which are this machine's, and who is at which now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from ipaddress import IPv4Address, IPv6Address, ip_address


def neighbourhood(address: str | None) -> Hashable:
    """What counts as one client: an address of IPv4; of IPv6 the /64 of a household (RFC 6177).

    None where there is no IP address, as behind a socket of UNIX.
    """
    ip = _parse(address)
    return int(ip) >> 64 if isinstance(ip, IPv6Address) else ip


def is_loopback(address: str | None) -> bool:
    """Whether this machine has the address itself."""
    ip = _parse(address)
    return ip is not None and ip.is_loopback


class Crowd:
    """How many are there now, in all and from each neighbourhood."""

    __slots__ = ("_from", "size")

    def __init__(self) -> None:
        self._from: Counter[Hashable] = Counter()
        self.size = 0

    def arrive(self, address: str | None) -> None:
        self._from[neighbourhood(address)] += 1
        self.size += 1

    def depart(self, address: str | None) -> None:
        """One of those who arrived from there is gone."""
        there = neighbourhood(address)
        self._from[there] -= 1
        if not self._from[there]:
            del self._from[there]
        self.size -= 1

    def near(self, address: str | None) -> int:
        """How many share the neighbourhood of an address; none where there is no address."""
        there = neighbourhood(address)
        return 0 if there is None else self._from[there]


def _parse(address: str | None) -> IPv4Address | IPv6Address | None:
    """IPv4 within IPv6, as sockets that listen on both have it, is IPv4."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip
