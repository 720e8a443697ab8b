"""Conditions about place, device, value, chance and time; leaves of the condition grammar."""

from __future__ import annotations

from typing import ClassVar, Literal

from crmspec.ir.value import (
    AttributeRef,
    Day,
    Duration,
    EventRef,
    Located,
    Name,
    ObjectRef,
    Percent,
    Tests,
    TimeOfDay,
    Weekday,
    Where,
)


class Geo(Located, frozen=True, kw_only=True):
    """Where the customer is: names of places, or a circle."""

    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    postal: tuple[str, ...] = ()
    near: tuple[float, ...] = ()
    radius: str | None = None
    of_attribute: AttributeRef | None = None


class InPlace(Located, frozen=True, kw_only=True):
    """A geographic test."""

    subject: ClassVar[str] = "geo"
    geo: Geo


class Device(Located, frozen=True, kw_only=True):
    """What the customer's device is."""

    os: Tests = ()
    model: Tests = ()
    app_version: Tests = ()
    browser: Tests = ()
    language: Tests = ()
    push_enabled: bool | None = None


class OnDevice(Located, frozen=True, kw_only=True):
    """A device test."""

    subject: ClassVar[str] = "device"
    device: Device


class HasRelated(Located, frozen=True, kw_only=True):
    """The customer has related objects (orders, subscriptions, contracts) that match."""

    subject: ClassVar[str] = "related"
    related: ObjectRef
    where: Where = ()
    count: Tests = ()
    label: str | None = None


class Rfm(Located, frozen=True, kw_only=True):
    """Recency, frequency and money scores; `best` says which end of the scale is the best."""

    recency: tuple[int, ...] = ()
    frequency: tuple[int, ...] = ()
    monetary: tuple[int, ...] = ()
    over: Duration
    scale: Literal["tercile", "quartile", "quintile"] = "quintile"
    best: Literal["high", "low"] = "high"
    event: EventRef | None = None
    value: Name | None = None


class RfmIs(Located, frozen=True, kw_only=True):
    """An RFM cell test."""

    subject: ClassVar[str] = "rfm"
    rfm: Rfm


class RandomShare(Located, frozen=True, kw_only=True):
    """A random share of customers, stable for one `salt`."""

    subject: ClassVar[str] = "random"
    random: Percent
    salt: str | None = None


class TimeWindow(Located, frozen=True, kw_only=True):
    """From one wall-clock time to another, maybe over midnight."""

    from_: TimeOfDay
    to: TimeOfDay


class DayWindow(Located, frozen=True, kw_only=True):
    """From one date to another, both included; either may be open."""

    from_: Day | None = None
    to: Day | None = None


class Now(Located, frozen=True, kw_only=True):
    """The moment at which the condition is asked."""

    weekday: tuple[Weekday, ...] = ()
    time: TimeWindow | None = None
    date: DayWindow | None = None
    working_day: bool | None = None


class NowIs(Located, frozen=True, kw_only=True):
    """A test of the current time in the customer's zone."""

    subject: ClassVar[str] = "now"
    now: Now
