"""What a chain sends, and whether a change of it makes it send anything new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.difference import Action, differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.body import Body

_SENDING = frozenset({"send", "template_id"})
"""Keys under which a body names what is sent; elsewhere a message is only asked about."""


def sends_anew(before: Body, after: Body) -> bool:
    """Say whether people in a chain may get what they would not have got, or get it again.

    That is so unless what is sent is what was sent before in the same order, with or without
    gaps. Where letters stand in the chain itself, any step that is added or moved counts.
    """
    old, new = [*_sent(before)], [*_sent(after)]
    if old or new:
        rest = iter(old)
        return not all(one in rest for one in new)
    return any(
        one.action is Action.MOVE
        or (one.action is Action.ADD and (one.path.endswith("]") or isinstance(one.after, list)))
        for one in differences(before, after)
    )


def _sent(value: object, *, sending: bool = False) -> Iterator[str]:
    """Yield the messages that a body sends, as they stand in it."""
    if isinstance(value, list):
        for item in value:
            yield from _sent(item, sending=sending)
    elif isinstance(value, dict) and is_reference(value):
        if sending:
            yield str(value[REFERENCE])
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _sent(value[key], sending=sending or key in _SENDING)
