"""Entry: whether a customer whose trigger fired may start a passage (semantics 6.18-6.30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics import batch, leaving
from crmspec.semantics.bucket import is_below
from crmspec.semantics.clock import day_start, read, zone
from crmspec.semantics.condition import holds
from crmspec.semantics.run import Live, Signal
from crmspec.semantics.state import Passage

if TYPE_CHECKING:
    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Located, Plain
    from crmspec.semantics.run import Firing, Run


def offer(run: Run, firing: Firing, given: dict[str, Plain] | None = None) -> None:
    """Let a customer enter a chain if all rules of 6.18 allow it; a refusal is final (6.25)."""
    chain = firing.route.chain
    key = _key(chain, firing)
    if batch.collect(run, firing):
        return
    passage = Passage(
        len(run.state.passages) + 1, chain.id, run.now, firing.properties, key, dict(given or {})
    )
    passage.arrivals = run.state.log.arrivals
    view = run.look(passage, f"chain {chain.id}")
    refusal = _barred(run, chain, key) or (
        ("audience", None, chain.audience)
        if chain.audience is not None and not holds(chain.audience, view)
        else _exclusive(run, chain)
    )
    if refusal is not None:
        reason, rule, node = refusal
        run.note("refuse", chain=chain.id, reason=reason, rule=rule, node=node or firing.trigger)
        return
    _enter(run, Live(passage, firing.route, view, run.state.log.arrivals, None), firing)


Refusal = tuple[str, str | None, "Located | None"]


def alive(run: Run, chain: Chain) -> bool:
    """Say whether a chain takes part in this run at all (semantics 10.1)."""
    chains = run.scenario.chains
    return chain.status != "draft" if chains is None else chain.id in chains


def _enter(run: Run, live: Live, firing: Firing) -> None:
    chain = live.route.chain
    live.node, live.due, live.began = live.route.first, run.now, run.now
    live.passage.held_out = _held_out(run, chain)
    if not live.passage.held_out:
        _displace(run, chain)
    run.state.passages.append(live.passage)
    run.lives.append(live)
    run.note(
        "enter",
        chain=chain.id,
        passage=live.passage.number,
        reason="holdout" if live.passage.held_out else None,
        data=live.passage.properties,
        node=firing.trigger,
    )
    run.touch(f"chain:{chain.id}")
    run.pending.append(Signal("chain", chain.id, live.passage.properties, change="entered"))
    if live.passage.held_out:
        live.state = "aside"
    else:
        run.due.append(live)


def _key(chain: Chain, firing: Firing) -> str | None:
    """Return the value of the re-entry key (semantics 6.24)."""
    if chain.reentry is None or chain.reentry.key is None:
        return None
    return str(firing.properties.get(chain.reentry.key))


def _barred(run: Run, chain: Chain, key: str | None) -> Refusal | None:
    """Return why status, period or re-entry keep the customer out (6.18, 6.22-6.24)."""
    if chain.status in {"paused", "deprecated"}:
        return "status", None, chain
    if not _in_period(run, chain):
        return "running", None, chain.running
    own = [one for one in run.state.passages if one.chain == chain.id and one.key == key]
    reentry = chain.reentry
    if any(one.running for one in own) and not (reentry is not None and reentry.concurrent):
        return "inside", None, reentry
    if reentry is not None and reentry.limit is not None and len(own) >= reentry.limit:
        return "limit", None, reentry
    return None if not own or _may_return(run, chain, own) else ("reentry", None, reentry)


def _may_return(run: Run, chain: Chain, own: list[Passage]) -> bool:
    reentry = chain.reentry
    if reentry is None or reentry.mode == "never":
        return False
    if reentry.mode == "always" or reentry.after is None:
        return True
    if reentry.mode == "after":
        last = max(one.entered for one in own)
    else:
        last = max((one.ended for one in own if one.ended is not None), default=run.now)
    return run.now >= run.until(last, reentry.after)


def _in_period(run: Run, chain: Chain) -> bool:
    """Say whether today lies in `running`; both days are included."""
    running = chain.running
    if running is None:
        return True
    place = zone(chain.timezone, run.program, run.scenario.customer)
    start = None if running.from_ is None else read(running.from_.iso, place)
    last = None if running.to is None else read(running.to.iso, place)
    if start is not None and run.now < start:
        return False
    return last is None or run.now < (
        last if "T" in running.to.iso else day_start(last, place, 1)  # type: ignore[union-attr]
    )


def _rivals(run: Run, group: str) -> list[Live]:
    """Return the running passages in an exclusive group; those held out do not count (6.28)."""
    return [
        live
        for live in run.lives
        if not live.passage.held_out
        and any(name == group for name, _ in run.index.groups.get(live.passage.chain, ()))
    ]


def _exclusive(run: Run, chain: Chain) -> Refusal | None:
    """Return the exclusive group that keeps the customer out (semantics 6.26, 6.27)."""
    for group, conflict in run.index.groups.get(chain.id, ()):
        if conflict == "newest" or _held_out(run, chain):
            continue
        for rival in _rivals(run, group):
            if conflict == "first" or chain.priority <= rival.route.chain.priority:
                return "exclusive", group, run.program.exclusive.get(group)
    return None


def _displace(run: Run, chain: Chain) -> None:
    """End the passages that the new one takes the place of."""
    for group, _ in run.index.groups.get(chain.id, ()):
        for rival in _rivals(run, group):
            leaving.end(run, rival, "exclusive", run.program.exclusive.get(group))


def _held_out(run: Run, chain: Chain) -> bool:
    """Say whether the customer is put aside to measure the chain (semantics 6.28-6.30)."""
    if chain.holdout is None or not run.scenario.holdouts:
        return False
    salt = chain.holdout.salt or f"{chain.id}.holdout"
    return is_below(chain.holdout.percent.value, salt, run.scenario.customer.id)
