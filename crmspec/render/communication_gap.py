"""What the communication map lacks: doubles, empty stages, no goal, owner, exit or sender."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING

from crmspec.ir.chain import Chain
from crmspec.ir.step import Leave
from crmspec.ir.walk import walk
from crmspec.render.journey import kind_of, scenarios
from crmspec.render.segment_gap import admitting, key, same
from crmspec.render.table import Gap, Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.journey import Stage
    from crmspec.ir.value import Ref
    from crmspec.render.view import View


def gaps(view: View) -> tuple[Gap, ...]:
    """Return the gap lists of the communication map; deprecated scenarios are left out."""
    lists = {
        "duplicate": _duplicates(view),
        "same_segment": _same_segments(view),
        "shared_segment": _shared_segments(view),
        "empty_stage": (view.item("stage", stage) for stage in empty_stages(view)),
        "no_metric": _without_metric(view),
        "no_owner": _without_owner(view),
        "unsent": _unsent(view),
        "no_exit": _without_exit(view),
    }
    say = view.vocabulary.say
    return tuple(
        Gap(name, say(f"gap.communication_map.{name}"), tuple(items))
        for name, items in lists.items()
    )


def running(view: View) -> Iterator[Chain | Broadcast]:
    """Yield the scenarios that run or will run."""
    return (it for it in scenarios(view.program) if it.status != "deprecated")


def empty_stages(view: View) -> Iterator[Stage]:
    """Yield the stages that no scenario serves."""
    return (stage for stage in view.journey.stages if not view.journey.scenarios(stage))


def _duplicates(view: View) -> Iterator[Item]:
    met: dict[bytes, list[Chain | Broadcast]] = defaultdict(list)
    for it in running(view):
        for occasion in set(_occasions(it)):
            met[occasion].append(it)
    found = {tuple(it.id for it in group): group for group in met.values()}
    for _, group in sorted(found.items(), key=lambda pair: pair[0]):
        if len(group) > 1 and not _one_at_a_time(group, view):
            yield _together([view.item(kind_of(it), it) for it in group], "scenarios", view)


def _together(items: list[Item], name: str, view: View) -> Item:
    every: list[object] = [item.data for item in items]
    text = view.words.amount.both([item.plain for item in items])
    return Item(text, "", "", items[0].href, {name: every})


def _same_segments(view: View) -> Iterator[Item]:
    for group in same(view.program.segments):
        yield _together([view.item("segment", it) for it in group], "segments", view)


def _shared_segments(view: View) -> Iterator[Item]:
    """Yield segments on which chains with one trigger draw; equal audiences are duplicates."""
    sharing: dict[tuple[str, bytes], dict[str, Chain]] = defaultdict(dict)
    refs: dict[str, Ref] = {}
    for it in running(view):
        if not isinstance(it, Chain):
            continue
        for found in admitting(it.audience):
            refs.setdefault(found.segment.id, found.segment)
            for trigger in it.trigger:
                sharing[found.segment.id, key(trigger)][it.id] = it
    shared = {(segment, *chains): chains for (segment, _), chains in sharing.items()}
    for (segment, *_), chains in sorted(shared.items(), key=itemgetter(0)):
        group = list(chains.values())
        if _differ(group) and not _one_at_a_time(group, view):
            names = view.words.amount.both([view.words.name(it) for it in group])
            yield view.ref(refs[segment], names)


def _differ(chains: list[Chain]) -> bool:
    """Say whether there are several chains and their audiences are not all equal."""
    return len(chains) > 1 and len({key(it.audience) for it in chains}) > 1


def _occasions(it: Chain | Broadcast) -> Iterator[bytes]:
    """Yield a key for each occasion: equal keys reach the same person on the same occasion."""
    if isinstance(it, Chain):
        audience = key(it.audience)
        yield from (key(trigger) + audience for trigger in it.trigger)
    elif it.at or it.repeat:
        yield key(it.at) + key(it.repeat) + key(it.audience)


def _one_at_a_time(group: Sequence[Chain | Broadcast], view: View) -> bool:
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
        if isinstance(it, Chain) and not _leaves(it) and _lasts(it, view):
            yield view.item("chain", it)


def _leaves(it: Chain) -> bool:
    """Say whether customers can leave before the end."""
    if it.exit or any(goal.exits for goal in it.goal):
        return True
    return any(isinstance(node, Leave) for step in it.steps for node in walk(step))


def _lasts(it: Chain, view: View) -> bool:
    """Say whether a message comes later than at entry, when things may have changed."""
    moments = [sending.moment for sending in view.cadence(it).sendings]
    return len(moments) > 1 and any(m.months or m.seconds or not m.exact for m in moments)
