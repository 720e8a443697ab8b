"""Where the customer is, on what device, and what they have (semantics 5.34-5.38)."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from crmspec.semantics import answer
from crmspec.semantics.attribute import attribute
from crmspec.semantics.bucket import is_below
from crmspec.semantics.comparison import Reading, equal
from crmspec.semantics.event import Period, occurrences
from crmspec.semantics.operand import meets, read_meets, reading
from crmspec.semantics.property import of_object, where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.ir.trait import Geo, HasRelated, InPlace, OnDevice, RandomShare, RfmIs
    from crmspec.ir.value import Plain
    from crmspec.semantics.view import View

_PLACES = ("country", "region", "city", "postal")
_RADIUS_OF_EARTH = 6371.0088
_KILOMETRES = {"km": 1.0, "mi": 1.609344, "m": 0.001}
_LATITUDES = ("lat", "latitude")
_LONGITUDES = ("lon", "lng", "longitude")
_PAIR = 2


def place_holds(leaf: InPlace, view: View) -> bool:
    """Say whether the customer's place, or the attribute named, is one of those meant."""
    geo = leaf.geo
    how = Reading(view)
    place: Plain = dict(view.state.customer.place)
    if geo.of_attribute is not None:
        place = attribute(geo.of_attribute.id, view)
        how = reading(view, view.program.attributes.get(geo.of_attribute.id))
    return all(
        _is_named(place, part, getattr(geo, part), how) for part in _PLACES if getattr(geo, part)
    ) and (not geo.near or _is_near(place, geo))


def _is_named(place: Plain, part: str, names: tuple[str, ...], how: Reading) -> bool:
    """Compare a part of a place; a place that is one text is a name of any sort."""
    known = place.get(part) if isinstance(place, dict) else place
    return isinstance(known, str) and any(equal(known, name, how) for name in names)


def _is_near(place: Plain, geo: Geo) -> bool:
    here = _coordinates(place)
    limit = kilometres(geo.radius or "")
    if here is None or limit is None or len(geo.near) != _PAIR:
        return False
    return distance(here, (geo.near[0], geo.near[1])) <= limit


def _coordinates(place: Plain) -> tuple[float, float] | None:
    """Return latitude and longitude of `{lat, lon}` or `[lat, lon]`."""
    if isinstance(place, dict):
        return _pair([_first(place, _LATITUDES), _first(place, _LONGITUDES)])
    return _pair(place) if isinstance(place, list) else None


def _first(place: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((place[name] for name in names if name in place), None)


def _pair(values: list[object]) -> tuple[float, float] | None:
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return (numbers[0], numbers[1]) if len(numbers) == len(values) == _PAIR else None


def kilometres(radius: str) -> float | None:
    """Return the length of `500m`, `30km` or `5mi`, None if it is none."""
    for unit, size in _KILOMETRES.items():
        if radius.endswith(unit):
            try:
                return float(radius.removesuffix(unit)) * size
            except ValueError:
                return None
    return None


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance in kilometres (semantics 5.34)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _RADIUS_OF_EARTH * asin(min(1.0, sqrt(half)))


def device_holds(leaf: OnDevice, view: View) -> bool:
    """Say whether one device meets all tests (semantics 5.35, 5.48)."""
    return any(_is_device(leaf, device, view) for device in view.state.customer.devices)


def _is_device(leaf: OnDevice, device: Mapping[str, Plain], view: View) -> bool:
    wanted = leaf.device
    return (
        (wanted.push_enabled is None or device.get("push_enabled") is wanted.push_enabled)
        and read_meets(wanted.app_version, device.get("app_version"), Reading(view, versions=True))
        and all(
            meets(getattr(wanted, part), device.get(part), view)
            for part in ("os", "model", "browser", "language")
        )
    )


def related_holds(leaf: HasRelated, view: View) -> bool:
    """Say whether as many related objects meet `where` as `count` asks (semantics 5.36)."""
    properties = of_object(leaf.related.id, view)
    found = view.state.related.get(leaf.related.id, ())
    count = sum(where(leaf.where, one, view, properties) for one in found)
    return meets(leaf.count, count, view) if leaf.count else count > 0


def rfm_holds(leaf: RfmIs, view: View) -> bool:
    """Say whether the customer is in the cell: what the scenario answers, else false.

    Quantiles need all customers, and the interpreter sees one (semantics 1.1, 5.37, 5.50).
    """
    event = leaf.rfm.event
    if event is not None:
        period = Period(within=leaf.rfm.over)
        if not occurrences(event.id, (), period, view.outside(view.owner)):
            return False
    return answer.given(view.answers, leaf)


def random_holds(leaf: RandomShare, view: View) -> bool:
    """Say whether the customer's bucket lies in the share (semantics 5.38)."""
    return is_below(leaf.random.value, leaf.salt or view.owner, view.state.customer.id)
