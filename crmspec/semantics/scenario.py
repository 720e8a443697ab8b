"""What the interpreter is given: a customer, what happens to them, and how they react.

Moments are whole minutes since 1970-01-01T00:00 UTC (semantics 2.1).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from crmspec.ir.value import Plain

Moment: TypeAlias = int
"""Whole minutes since 1970-01-01T00:00 UTC."""

HappeningKind: TypeAlias = Literal[
    "event",
    "attribute",
    "consent",
    "reachable",
    "list",
    "manual",
    "api",
    "form",
    "inbound",
    "object",
    "product",
]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """One customer before the first happening.

    `consents` maps a consent, or `consent.topic`, to its status (semantics 1.11); what is not
    named has its default. `segments` are memberships taken as given, true or false, whatever the
    conditions say. `variants` fixes the variant of an experiment, by experiment id.
    """

    id: str = "customer"
    timezone: str | None = None
    locale: str | None = None
    created: Moment | None = None
    attributes: dict[str, Plain] = {}
    consents: dict[str, str] = {}
    reachable: frozenset[str] = frozenset()
    suppressed: dict[str, str] = {}
    lists: frozenset[str] = frozenset()
    segments: dict[str, bool] = {}
    devices: tuple[dict[str, Plain], ...] = ()
    place: dict[str, Plain] = {}
    related: dict[str, tuple[dict[str, Plain], ...]] = {}
    variants: dict[str, str] = {}


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something from outside: an event of the customer, or a change by another system.

    `subject` and `data` by kind: `event` id, properties · `attribute` id, `value` (None unsets) ·
    `consent` id, `status`, maybe `topic` · `reachable` channel, `value` · `list` id, `change`
    (`entered` or `left`) · `manual` chain id, properties · `api` entry point, properties · `form`
    message id, properties · `inbound` channel id, `text` · `object` id, `change` (`created`,
    `updated`, `deleted`) and its properties · `product` (`back_in_stock`, `price_drop`,
    `low_stock`), `of`, `drop` in percent, and its properties.
    """

    moment: Moment
    kind: HappeningKind = "event"
    subject: str
    data: dict[str, Plain] = {}


ReactionKind: TypeAlias = Literal[
    "delivered", "opened", "clicked", "replied", "converted", "bounced", "complained"
]


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer does with every send of a message, `after` minutes after it went out."""

    message: str
    reaction: ReactionKind
    after: int
    link: str | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A timeline to run.

    Happenings before `start` are history: they go into the log, change the state and start
    nothing. The run ends at `until`. `chains` limits which chains and broadcasts live (None: all
    whose status is `live`). `arms` fixes the arm of a split by its salt (`welcome.steps.3`) or of
    an experiment by its id; without it buckets decide. `waits` fixes random waits by the path of
    their step (`welcome.steps.3`), in minutes, one length after another (semantics 7.41); without
    it the shortest is taken. `answers` gives the truth of `raw` conditions by their text (semantics
    5.42). Holdouts apply only with `holdouts` (semantics 6.30).
    """

    customer: Customer = Customer()
    start: Moment
    until: Moment
    happenings: tuple[Happening, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    chains: frozenset[str] | None = None
    arms: dict[str, str] = {}
    waits: dict[str, tuple[int, ...]] = {}
    answers: dict[str, bool] = {}
    holdouts: bool = False
