"""Steps that act on profile, lists, systems and people (semantics 7.20-7.28)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.action import (
    CodeStep,
    ConsentStep,
    Emit,
    Fetch,
    ListStep,
    Notify,
    Task,
    Update,
    Webhook,
)
from crmspec.semantics import change
from crmspec.semantics.clock import iso, local
from crmspec.semantics.condition import attribute
from crmspec.semantics.run import Signal
from crmspec.semantics.template import is_template, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from crmspec.ir.action import Step
    from crmspec.ir.value import Plain
    from crmspec.semantics.run import Live, Run

    Act = Callable[[Run, Live, Any], str]


def perform(run: Run, live: Live, step: Step) -> str | None:
    """Do what a step of this module says; return its outcome, None if it is of another kind."""
    act = _ACTS.get(type(step))
    return None if act is None else act(run, live, step)


def _announce(run: Run, live: Live, signals: Iterable[Signal | None]) -> str:
    """Queue what has changed; it counts in the same minute, as events do (semantics 7.22)."""
    for signal in signals:
        if signal is not None:
            run.pending.append(signal)
            data: dict[str, Plain] = {"value": signal.new, "change": signal.change}
            run.tell("change", live, subject=f"{signal.kind} {signal.subject}", data=data)
    return "sent"


def value_of(run: Run, live: Live, written: Plain, id_: str | None = None) -> Plain:
    """Return a written value: `now`, what a plain template names, or the value itself (7.20)."""
    if written == "now":
        declared = run.program.attributes.get(id_ or "")
        if declared is not None and declared.type == "date":
            return local(run.now, run.zone).date().isoformat()
        return iso(run.now, run.zone)
    if is_template(written):
        found = rendered(written, run.seen(live))
        return written if found is None else found
    return written


def _update(run: Run, live: Live, step: Update) -> str:
    """Set, unset, increase and extend, in this order (semantics 7.20)."""
    body, signals = step.update, []
    for id_, written in body.set.items():
        signals.append(change.set_attribute(run, id_, value_of(run, live, written, id_)))
    signals += [change.set_attribute(run, ref.id, None) for ref in body.unset]
    for id_, amount in body.increment.items():
        old = attribute(id_, run.apart(""))
        number = old if isinstance(old, int | float) and not isinstance(old, bool) else 0
        signals.append(change.set_attribute(run, id_, number + amount))
    for id_, written in body.append.items():
        signals.append(change.set_attribute(run, id_, _extended(run, live, id_, written)))
    return _announce(run, live, signals)


def _extended(run: Run, live: Live, id_: str, written: Plain) -> Plain:
    """Return the list with what it does not hold yet."""
    old = attribute(id_, run.apart(""))
    found = list(old) if isinstance(old, list) else []
    for one in written if isinstance(written, list) else [written]:
        value = value_of(run, live, one, id_)  # type: ignore[arg-type]
        if value not in found:
            found.append(value)
    return found


def _list(run: Run, live: Live, step: ListStep) -> str:
    joined = [change.set_list(run, ref.id, inside=True) for ref in step.list.add]
    left = [change.set_list(run, ref.id, inside=False) for ref in step.list.remove]
    return _announce(run, live, [*joined, *left])


def _consent(run: Run, live: Live, step: ConsentStep) -> str:
    body = step.consent
    topic = None if body.topic is None else body.topic.id
    signal = change.set_consent(run, body.set.id, body.status, topic, body.method)
    return _announce(run, live, [signal])


def _emit(run: Run, live: Live, step: Emit) -> str:
    """Put an event into the stream; it is processed after the passages that are due (3.11)."""
    properties = {name: value_of(run, live, value) for name, value in step.properties.items()}
    run.pending.append(Signal("emit", step.emit.id, properties))
    run.tell("act", live, subject=f"emit {step.emit.id}", data=properties, node=step)
    return "sent"


def _request(run: Run, live: Live, step: Webhook | Fetch | CodeStep) -> str:
    """Call another system: it succeeds unless `answers` says otherwise for the step (7.24)."""
    failed = live.here.told(run.scenario.answers) is False
    outcome = "failed" if failed else "sent"
    if isinstance(step, Fetch) and not failed:
        live.passage.variables[step.fetch.as_] = _fetched(live, step)
    run.tell("act", live, subject=type(step).subject, reason=outcome, node=step)
    return outcome


def _fetched(live: Live, step: Fetch) -> Plain:
    """Return a stand-in for what is fetched; a coupon's code stays the same in a passage (7.25)."""
    if step.fetch.coupon is not None:
        return f"{step.fetch.coupon.id}-{live.passage.number}"
    return None


def _tell_staff(run: Run, live: Live, step: Task | Notify) -> str:
    run.tell("act", live, subject=type(step).subject, node=step)
    return "sent"


_ACTS: dict[type, Act] = {
    Update: _update,
    ListStep: _list,
    ConsentStep: _consent,
    Emit: _emit,
    Webhook: _request,
    Fetch: _request,
    CodeStep: _request,
    Task: _tell_staff,
    Notify: _tell_staff,
}
