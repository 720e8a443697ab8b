"""What the communication map lacks: doubles, empty stages, no goal, owner, exit or sender."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from crmspec.ir.chain import Chain
from crmspec.ir.plain import plain
from crmspec.ir.step import Leave
from crmspec.ir.walk import walk
from crmspec.render.cadence import cadence
from crmspec.render.journey import kind_of, scenarios
from crmspec.render.table import Gap, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.journey import Stage
    from crmspec.ir.value import Located
    from crmspec.render.view import View


def gaps(view: View) -> tuple[Gap, ...]:
    """Return the gap lists of the communication map; deprecated scenarios are left out."""
    lists = {
        "duplicate": _duplicates(view),
        "empty_stage": (view.item("stage", stage) for stage in empty_stages(view)),
        "no_metric": _without_metric(view),
        "no_owner": _without_owner(view),
        "unsent": _unsent(view),
        "no_exit": _without_exit(view),
    }
    say = view.vocabulary.say
    return tuple(
        Gap(key, say(f"gap.communication_map.{key}"), tuple(items)) for key, items in lists.items()
    )


def running(view: View) -> Iterator[Chain | Broadcast]:
    """Yield the scenarios that run or will run."""
    return (it for it in scenarios(view.program) if it.status != "deprecated")


def empty_stages(view: View) -> Iterator[Stage]:
    """Yield the stages that no scenario serves."""
    return (stage for stage in view.journey.stages if not view.journey.scenarios(stage))


def _duplicates(view: View) -> Iterator[Item]:
    same: dict[bytes, list[Chain | Broadcast]] = defaultdict(list)
    for it in running(view):
        for key in set(_occasions(it)):
            same[key].append(it)
    found = {tuple(it.id for it in group): group for group in same.values()}
    for _, group in sorted(found.items(), key=lambda pair: pair[0]):
        if len(group) > 1 and not _one_at_a_time(group, view):
            items = [view.item(kind_of(it), it) for it in group]
            every: list[object] = [item.data for item in items]
            text = view.words.amount.both([item.plain for item in items])
            yield Item(text, "", "", items[0].href, {"scenarios": every})


def _occasions(it: Chain | Broadcast) -> Iterator[bytes]:
    """Yield a key for each occasion: equal keys reach the same person on the same occasion."""
    if isinstance(it, Chain):
        audience = _key(it.audience)
        yield from (_key(trigger) + audience for trigger in it.trigger)
    elif it.at or it.repeat:
        yield _key(it.at) + _key(it.repeat) + _key(it.audience)


def _key(node: Located | None) -> bytes:
    if node is None:
        return b"null"
    return type(node).__name__.encode() + msgspec.json.encode(plain(node), order="deterministic")


def _one_at_a_time(group: list[Chain | Broadcast], view: View) -> bool:
    """Say whether one exclusive group holds all of these, so that a person gets only one."""
    ids = {it.id for it in group}
    named = {it.exclusive.id if isinstance(it, Chain) and it.exclusive else None for it in group}
    if len(named) == 1 and None not in named:
        return True
    groups = ({ref.id for ref in found.chains} for found in view.program.exclusive.values())
    return any(ids <= found for found in groups)


def _without_metric(view: View) -> Iterator[Item]:
    for it in running(view):
        judged = (it.goal or it.metrics) if isinstance(it, Chain) else it.goal
        if not judged:
            yield view.item(kind_of(it), it)


def _without_owner(view: View) -> Iterator[Item]:
    for it in running(view):
        if not it.owner:
            yield view.item(kind_of(it), it)


def _unsent(view: View) -> Iterator[Item]:
    """Yield messages no scenario sends; what shows itself on the site needs no sender."""
    for message in view.program.messages.values():
        uses = view.index.of("message", message.id)
        if message.show is None and not any(use.role == "send" for use in uses):
            yield view.item("message", message)


def _without_exit(view: View) -> Iterator[Item]:
    for it in running(view):
        if isinstance(it, Chain) and not _leaves(it) and _lasts(it):
            yield view.item("chain", it)


def _leaves(it: Chain) -> bool:
    """Say whether customers can leave before the end."""
    if it.exit or any(goal.exits for goal in it.goal):
        return True
    return any(isinstance(node, Leave) for step in it.steps for node in walk(step))


def _lasts(it: Chain) -> bool:
    """Say whether a message comes later than at entry, when things may have changed."""
    moments = [sending.moment for sending in cadence(it).sendings]
    return len(moments) > 1 and any(m.months or m.seconds or not m.exact for m in moments)
