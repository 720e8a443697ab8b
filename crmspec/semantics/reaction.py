"""What the customer did with messages (semantics 5.28-5.31, 5.45)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmspec.ir.condition import Tagged
from crmspec.ir.step import Send
from crmspec.ir.walk import walk
from crmspec.semantics import clock
from crmspec.semantics.event import floor_of
from crmspec.semantics.operand import meets
from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import ChannelReaction, MessageReaction
    from crmspec.ir.value import Tests
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.state import Sent
    from crmspec.semantics.view import View

REACTIONS = ("received", "delivered", "opened", "clicked", "replied", "converted")


def message_holds(leaf: MessageReaction, view: View) -> bool:
    """Say whether a `message` test holds."""
    return _holds(leaf, list(chosen(leaf, view)), view)


def channel_holds(leaf: ChannelReaction, view: View) -> bool:
    """Say whether a `channel` test holds."""
    return _holds(leaf, list(through(leaf, view)), view)


def _holds(leaf: MessageReaction | ChannelReaction, sends: list[Sent], view: View) -> bool:
    return all(
        _count_meets(tests, sum(_reacted(leaf, one, kind, view) for one in sends), view)
        for kind in REACTIONS
        if (tests := getattr(leaf, kind, ()))
    )


def _count_meets(tests: Tests, count: int, view: View) -> bool:
    """Compare a count; `true` means at least one and `false` none (semantics 5.28)."""
    return all(
        (count > 0) is test.operand
        if isinstance(test.operand, bool)
        else meets((test,), count, view)
        for test in tests
    )


def chosen(leaf: MessageReaction, view: View) -> Iterator[Sent]:
    """Yield the sends that a `message` test looks at, whenever they were (semantics 5.29)."""
    passage = _only_passage(leaf, view)
    for one in view.state.sent:
        if (
            (passage is None or one.passage == passage)
            and (leaf.channel is None or one.channel == leaf.channel.id)
            and _is_meant(leaf, one, view)
        ):
            yield one


def _is_meant(leaf: MessageReaction, one: Sent, view: View) -> bool:
    if leaf.message is None:
        return True
    if not isinstance(leaf.message, Tagged):
        return leaf.message.id == one.message
    message = view.program.messages.get(one.message)
    wanted = leaf.message.tag.id
    return message is not None and any(tag.id == wanted for tag in message.tags)


def _only_passage(leaf: MessageReaction, view: View) -> int | None:
    """Return the passage to whose sends the test is limited, None if to none (semantics 5.29)."""
    if view.passage is None or not view.in_steps or leaf.within or leaf.since:
        return None
    chain = view.program.chains.get(view.passage.chain)
    if chain is None or leaf.message is None or isinstance(leaf.message, Tagged):
        return None
    return view.passage.number if leaf.message.id in messages_of(Same(chain)) else None


@lru_cache(maxsize=4096)
def messages_of(chain: Same[Chain]) -> frozenset[str]:
    """Return the messages that a chain sends."""
    found = set()
    for node in walk(chain.it):
        if isinstance(node, Send):
            found |= {message.id for message in node.send.messages}
            if node.send.message is not None:
                found.add(node.send.message.id)
    return frozenset(found)


def through(leaf: ChannelReaction, view: View) -> Iterator[Sent]:
    """Yield the sends of a channel."""
    return (one for one in view.state.sent if one.channel == leaf.channel.id)


def moments(leaf: MessageReaction | ChannelReaction, one: Sent, kind: str) -> list[Moment]:
    """Return the moments of a kind of reaction to a send; a click opens too (semantics 5.30)."""
    if kind == "received":
        return [one.moment]
    link = getattr(leaf, "link", None)
    if kind == "clicked" and link is not None:
        return [moment for moment, alias in one.links if alias == link]
    found = one.reactions.get(kind, [])
    return found + one.reactions.get("clicked", []) if kind == "opened" else found


def _reacted(leaf: MessageReaction | ChannelReaction, one: Sent, kind: str, view: View) -> bool:
    """Say whether a send got the reaction inside the window (semantics 5.45)."""
    return any(
        moment <= view.now
        and (view.after is None or moment > view.after)
        and _in_window(leaf, one, moment, view)
        for moment in moments(leaf, one, kind)
    )


def _in_window(
    leaf: MessageReaction | ChannelReaction, one: Sent, moment: Moment, view: View
) -> bool:
    if leaf.within is not None:
        return clock.inside(moment, view.now, leaf.within, view.zone)
    since: str | None = getattr(leaf, "since", None)
    if since is None:
        return True
    floor = floor_of(since, view).moment
    own = view.passage is not None and one.passage == view.passage.number
    return moment > floor or (since == "chain_start" and own)
