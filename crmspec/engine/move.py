"""Renamed resources: the state, the objects and what refers to them, under their new addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.engine.body import REFERENCE, Body, is_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.engine.reach import Reach
    from crmspec.engine.resource import Address, Remote

AT = "@"
"""Between a digest of `engine.reach` and the addresses that it refers to."""


def renamed(body: Body, names: Mapping[str, str]) -> Body:
    """Return a body whose references lead to the new addresses."""
    return {key: _renamed(value, names) for key, value in body.items()} if names else body


def renamed_reach(reach: Reach, names: Mapping[str, str]) -> Reach:
    """Return who gets something (`engine.reach`), with the new addresses after its digests."""
    if not names:
        return reach
    return {key: tuple(_readdressed(one, names) for one in told) for key, told in reach.items()}


def _readdressed(told: str, names: Mapping[str, str]) -> str:
    return " ".join(
        AT.join((head, *(names.get(one, one) for one in addresses)))
        for head, *addresses in (one.split(AT) for one in told.split(" "))
    )


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            address = str(value[REFERENCE])
            return {REFERENCE: names.get(address, address)}
        return {key: _renamed(item, names) for key, item in value.items()}
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value


def carried(
    actual: Mapping[Address, Remote], moves: Mapping[Address, Address]
) -> dict[Address, Remote]:
    """Return the objects under their new addresses; moved ones still carry their old marker."""
    names = {str(old): str(new) for old, new in moves.items()}
    return {
        moves.get(address, address): msgspec.structs.replace(
            remote,
            body=renamed(remote.body, names),
            depends=tuple(sorted(moves.get(one, one) for one in remote.depends)),
            unmarked=remote.unmarked or address in moves,
        )
        for address, remote in actual.items()
    }
