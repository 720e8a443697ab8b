"""Changes of the state: attributes, consents, lists, addresses, related objects, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics.condition import attribute
from crmspec.semantics.run import Signal
from crmspec.semantics.state import Permission

if TYPE_CHECKING:
    from crmspec.ir.value import Plain
    from crmspec.semantics.run import Run
    from crmspec.semantics.scenario import Moment


def log(run: Run, event: str, properties: dict[str, Plain], moment: Moment) -> Signal:
    """Put an event into the log (semantics 3.6); computed attributes follow it (1.8)."""
    derived = run.index.derived.get(event, ())
    before = {id_: attribute(id_, run.apart("")) for id_ in derived}
    occurrence = run.state.log.add(moment, event, properties)
    run.touch(f"event:{event}")
    for id_, old in before.items():
        new = attribute(id_, run.apart(""))
        if new != old:
            run.touch(f"attribute:{id_}")
            run.pending.append(Signal("attribute", id_, old=old, new=new))
    return Signal("event", event, properties, occurrence=occurrence)


def set_attribute(run: Run, id_: str, value: Plain) -> Signal | None:
    """Give an attribute a value, None to take it away; None if that is no change (5.13)."""
    declared = run.program.attributes.get(id_)
    if declared is not None and declared.computed is not None:
        return None
    if declared is not None and declared.max_items is not None and isinstance(value, list):
        value = value[max(len(value) - declared.max_items, 0) :]
    old = run.state.attributes.get(id_)
    if old == value and type(old) is type(value):
        return None
    if value is None:
        run.state.attributes.pop(id_, None)
    else:
        run.state.attributes[id_] = value
    run.state.changes[id_].append((run.now, old, value))
    run.touch(f"attribute:{id_}")
    return Signal("attribute", id_, old=old, new=value)


def set_consent(run: Run, id_: str, status: str, topic: str | None, method: str | None) -> Signal:
    """Change a consent or one of its topics; a withdrawal counts for every topic (1.14)."""
    name = id_ if topic is None else f"{id_}.{topic}"
    before = run.state.consents.get(name)
    if before is None or before.status != status:
        run.state.consent_changes[name].append(run.now)
    run.state.consents[name] = Permission(status, run.now, method)
    run.touch(f"consent:{id_}")
    return Signal("consent", id_, change=status)


def set_list(run: Run, id_: str, *, inside: bool) -> Signal | None:
    """Put the customer on a list or take them off; None if that is no change."""
    if inside == (id_ in run.state.lists):
        return None
    if inside:
        run.state.lists[id_] = run.now
    else:
        del run.state.lists[id_]
    run.touch(f"list:{id_}")
    return Signal("list", id_, change="entered" if inside else "left")


def set_reachable(run: Run, channel: str, *, reachable: bool) -> Signal:
    """Give the customer a valid address in a channel, or take it away."""
    if reachable:
        run.state.reachable.add(channel)
        run.state.suppressed.pop(channel, None)
    else:
        run.state.reachable.discard(channel)
    run.touch(f"reachable:{channel}")
    return Signal("reachable", channel)


def set_object(run: Run, id_: str, change: str, properties: dict[str, Plain]) -> Signal:
    """Create, update or delete a related object; records are told apart by their `id`."""
    records = run.state.related.setdefault(id_, [])
    known = next((one for one in records if one.get("id") == properties.get("id")), None)
    if change == "deleted":
        if known is not None:
            records.remove(known)
    elif known is not None and change == "updated":
        known.update(properties)
    else:
        records.append(dict(properties))
    run.touch(f"related:{id_}")
    return Signal("object", id_, properties, change=change)
