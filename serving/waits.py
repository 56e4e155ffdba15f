"""Growing waits per address after failures."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FREE = 5
_FORGOTTEN_AFTER = 900.0
_LONGEST = 300.0
_MOST_PLACES = 10_000
_NETWORK_OF_ONE_HOUSE = 64


def place_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or a network such as one house gets in IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if (mapped := getattr(parsed, "ipv4_mapped", None)) is not None:
        return str(mapped)
    return str(ip_network((parsed, _NETWORK_OF_ONE_HOUSE), strict=False))


@dataclass(slots=True)
class _Failures:
    number: int
    last: float


class Waits:
    """After the first few failures each one more doubles the time until the next try."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def failed(self, place: str) -> None:
        """Somebody from there could not prove who they are."""
        failures = self._of(place)
        failures.number, failures.last = failures.number + 1, self._now()
        self._failures[place] = failures
        self._failures.move_to_end(place)
        while len(self._failures) > _MOST_PLACES:
            self._failures.popitem(last=False)

    def seconds(self, place: str) -> float:
        """How long somebody from there has to wait yet."""
        failures = self._of(place)
        if failures.number <= _FREE:
            return 0.0
        wait = min(2.0 ** (failures.number - _FREE), _LONGEST)
        return max(0.0, failures.last + wait - self._now())

    def _of(self, place: str) -> _Failures:
        failures = self._failures.get(place)
        if failures is None or self._now() - failures.last > _FORGOTTEN_AFTER:
            return _Failures(0, 0.0)
        return failures
