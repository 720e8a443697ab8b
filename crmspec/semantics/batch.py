"""Batches: a passage that collects the further triggers of its chain (semantics 7.35, 7.36)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from crmspec.ir.step import Batch, BatchWindow
    from crmspec.ir.value import Plain
    from crmspec.semantics.run import Firing, Live, Run


def begin(run: Run, live: Live, window: BatchWindow) -> None:
    """Begin to collect; the event that started the passage is the first item."""
    live.items = [dict(live.passage.properties)]
    live.state = "batch"
    _wait(run, live, window)


def collect(run: Run, firing: Firing) -> bool:
    """Give a trigger to the batch that collects it; False if there is none."""
    for live in run.lives:
        if live.route is firing.route and live.state == "batch":
            window = cast("Batch", live.here.step).batch
            if _key(window, firing.properties) == _key(window, live.passage.properties):
                _add(run, live, window, firing.properties)
                return True
    return False


def close(live: Live, window: BatchWindow) -> None:
    """Keep what was collected in the chain variable."""
    live.passage.variables[window.as_] = list(live.items)


def _key(window: BatchWindow, properties: dict[str, Plain]) -> Plain:
    return None if window.key is None else properties.get(window.key)


def _add(run: Run, live: Live, window: BatchWindow, properties: dict[str, Plain]) -> None:
    live.items.append(dict(properties))
    if window.window == "sliding" or _is_full(live, window):
        _wait(run, live, window)


def _is_full(live: Live, window: BatchWindow) -> bool:
    return window.max_items is not None and len(live.items) >= window.max_items


def _wait(run: Run, live: Live, window: BatchWindow) -> None:
    full = _is_full(live, window)
    live.due = run.now if full else run.until(run.now, window.for_)
    run.tell("wait", live, until=live.due, reason="batch")
    if live.due <= run.now:
        run.due.append(live)
    else:
        run.at(live.due, "due", live)
