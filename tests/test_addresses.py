"""Addresses: who counts as one."""

from __future__ import annotations

import pytest

from chatterpy.addresses import Crowd, is_loopback, neighbourhood


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::1", "::ffff:192.0.2.2", False),
    ],
)
def test_a_neighbourhood_is_an_address_or_a_64(one: str, other: str, same: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is same


@pytest.mark.parametrize("address", [None, "", "/run/chat.socket", "192.0.2.1:80", "unix:"])
def test_what_is_no_address_has_no_neighbourhood(address: str | None) -> None:
    assert neighbourhood(address) is None
    assert not is_loopback(address)


def test_this_machine_is_known_however_it_is_written() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1")))


def test_a_crowd_is_counted_by_neighbourhood_and_nobody_stays() -> None:
    crowd, addresses = Crowd(), ["192.0.2.1", "2001:db8::1", "2001:db8::2", None, None]
    for address in addresses:
        crowd.arrive(address)
    assert crowd.size == 5
    near = [crowd.near(one) for one in ("192.0.2.1", "2001:db8::9", "192.0.2.9")]
    assert near == [1, 2, 0]
    assert crowd.near(None) == 0, "those without an address are no neighbours"
    for address in addresses:
        crowd.depart(address)
    assert crowd.size == 0
    assert not crowd._from, "a neighbourhood that is empty is kept"
