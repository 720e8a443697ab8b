"""What is pure of a vendor: its table, its encoders, and what it changes in bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from crmspec.diagnostics import Diagnostic
from crmspec.engine.body import Body
from crmspec.engine.resource import Address
from crmspec.ir.target import Target
from crmspec.lower.capability import Capabilities
from crmspec.lower.survey import Survey
from crmspec.providers.rest.encoded import Encoder


def _as_it_is(_: Address, body: Body) -> Body:
    return body


def _by_ids(_: Address, body: Body, __: Survey, ___: Target) -> Body:
    return body


def _nothing(_: Address, __: Body) -> Body:
    return {}


def _alone(_: Address, __: Body) -> dict[Address, Body]:
    return {}


def _no_findings(_: Target) -> Iterator[Diagnostic]:
    return iter(())


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """The pure half of a provider.

    `encoders` are by kind. Kinds in `activated` have a `status`, `live` or `draft`, kinds in
    `described` a description. `normalise` brings a body to what the vendor gives back, `decode`
    leads a payload to fields as authors write them, as far as that is possible; both go without
    title, description and status, which the frame sees to. `recalled` puts the ids that the project
    has, such as those of events by their names on the target, into a body that is to be decoded.
    `parts` are the resources that are folded into a body, by address, as authors write them.
    `keeps` says by kind in which fields of a body a field of the language is, where it is called
    otherwise. `settings` yields what a target asks in vain; `unheeded` are its fields that change
    nothing. `seconds` is the time of one call.
    """

    version: str
    capabilities: Capabilities
    encoders: Mapping[str, Encoder]
    activated: frozenset[str] = frozenset()
    described: frozenset[str] = frozenset()
    normalise: Callable[[Address, Body], Body] = _as_it_is
    recalled: Callable[[Address, Body, Survey, Target], Body] = _by_ids
    decode: Callable[[Address, Body], Body] = _nothing
    parts: Callable[[Address, Body], dict[Address, Body]] = _alone
    keeps: Mapping[str, Mapping[str, tuple[str, ...]]] = {}
    settings: Callable[[Target], Iterator[Diagnostic]] = _no_findings
    unheeded: tuple[str, ...] = ()
    width: int = 4
    seconds: float = 0.3
