"""The gate: the questions a send must pass, in their order (semantics 8.1-8.25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from crmspec.semantics import cap, quiet
from crmspec.semantics.bucket import is_below
from crmspec.semantics.clock import zone
from crmspec.semantics.condition import holds
from crmspec.semantics.permission import is_permitted
from crmspec.semantics.scope import fits

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.chain import QuietHours
    from crmspec.ir.measure import Experiment
    from crmspec.ir.message import Message
    from crmspec.ir.value import Duration, Located
    from crmspec.semantics.cap import Over
    from crmspec.semantics.run import Letter, Run
    from crmspec.semantics.scenario import Moment

_LONGEST_DELAY = 3 * 1440
"""How long a rule without `ttl` lets a message wait, in minutes (semantics 8.19)."""


class Answer(NamedTuple):
    """What the gate says; `until` is when a deferred send asks again, `last` that it then ends."""

    kind: Literal["pass", "skip", "defer", "exit"]
    reason: str = ""
    rule: str | None = None
    node: Located | None = None
    until: Moment = 0
    counted: int | None = None
    limit: int | None = None
    last: bool = False


PASS = Answer("pass")
_STRICT = {"exit": 0, "skip": 1, "yield": 1, "delay": 2}
"""Exit before skip before delay (semantics 8.15)."""


def ask(run: Run, letter: Letter) -> Answer:
    """Ask everything at the moment of sending; the first that says no decides (8.1, 8.2)."""
    for question in (_fallback, _holdout, _may_write, _quiet, _pauses, _caps):
        answer = question(run, letter)
        if answer is not None:
            return answer
    return PASS


def ask_audience(run: Run, letter: Letter) -> Answer:
    """Ask what an advertising audience must pass: consent and frequency rules (semantics 7.27)."""
    for question in (_may_write, _pauses, _caps):
        answer = question(run, letter)
        if answer is not None:
            kind: Literal["exit", "skip"] = "exit" if answer.kind == "exit" else "skip"
            return answer._replace(kind=kind, until=0)
    return PASS


def deliverable(run: Run, message: Message) -> Answer | None:
    """Return why consent or reachability keep a message back, None if they pass (8.6, 8.7)."""
    channel = run.program.channels.get(message.channel.id)
    consent = message.consent or (None if channel is None else channel.consent)
    if consent is None:
        if message.category == "marketing":
            return Answer("skip", "consent", node=message)
    elif not is_permitted(
        consent.id, None if message.topic is None else message.topic.id, run.apart("")
    ):
        return Answer("skip", "consent", consent.id, run.program.consents.get(consent.id))
    if message.channel.id in run.state.reachable.difference(run.state.suppressed):
        return None
    return Answer("skip", "reachability", node=channel)


def _fallback(run: Run, letter: Letter) -> Answer | None:
    """Ask whether the message makes sense (semantics 8.3)."""
    fallback = letter.message.fallback
    if fallback is None:
        return None
    view = run.apart("") if letter.live is None else run.seen(letter.live)
    if not holds(fallback.when, view):
        return None
    return Answer("exit" if fallback.then == "exit" else "skip", "fallback", node=fallback)


def _holdout(run: Run, letter: Letter) -> Answer | None:
    """Skip customers in a holdout experiment (semantics 8.5, 6.30)."""
    if not run.scenario.holdouts:
        return None
    chain = None if letter.live is None else letter.live.passage.chain
    for one in run.index.holdouts:
        spared = one.exclude is not None and fits(one.exclude, letter.message, chain)
        if not spared and _is_held_out(run, one):
            return Answer("skip", "holdout", one.id, one)
    return None


def _is_held_out(run: Run, one: Experiment) -> bool:
    salt = one.salt or one.id
    if one.rotate is not None:
        salt = f"{salt}.{run.now // max(one.rotate.minutes, 1)}"
    percent = 0 if one.percent is None else one.percent.value
    return is_below(percent, salt, run.scenario.customer.id)


def _may_write(run: Run, letter: Letter) -> Answer | None:
    return deliverable(run, letter.message)


def _quiet(run: Run, letter: Letter) -> Answer | None:
    """Hold a send in quiet hours (semantics 8.8-8.10, 9.7)."""
    if letter.message.category == "transactional":
        return None
    if run.scenario.customer.timezone is None:
        if run.behaviour.unknown_timezone == "deny":
            return Answer("skip", "timezone")
        if run.behaviour.unknown_timezone == "unenforced":
            return None
    inside = [
        hours
        for hours, place in _hours(run, letter)
        if quiet.end(hours, run.now, place) is not None
    ]
    return _hold_quietly(run, letter, inside) if inside else None


def _hours(run: Run, letter: Letter) -> tuple[tuple[QuietHours, ZoneInfo], ...]:
    """Return the quiet hours of the chain (else the project's default) and of the channel."""
    chain = None if letter.live is None else letter.live.route.chain
    own = run.index.default_quiet if chain is None else chain.quiet_hours
    channel = run.program.channels.get(letter.message.channel.id)
    local = None if chain is None else chain.timezone
    found = [] if own is None else [(own, _zone(run, own, local))]
    if channel is not None and channel.quiet_hours is not None:
        found.append((channel.quiet_hours, _zone(run, channel.quiet_hours, None)))
    return tuple(found)


def _zone(run: Run, hours: QuietHours, otherwise: str | None) -> ZoneInfo:
    return zone(hours.timezone or otherwise, run.program, run.scenario.customer)


def _hold_quietly(run: Run, letter: Letter, inside: list[QuietHours]) -> Answer:
    words: tuple[Literal["exit", "skip"], ...] = ("exit", "skip")
    for word in words:
        for hours in inside:
            if hours.fallback == word:
                return Answer(word, "quiet_hours", node=hours)
    until = quiet.free(_hours(run, letter), run.now)
    ttls = [minutes_of(run, letter, hours.ttl) for hours in inside if hours.ttl is not None]
    return _wait(run, Answer("defer", "quiet_hours", node=inside[0]), until, ttls)


def minutes_of(run: Run, letter: Letter, ttl: Duration) -> Moment:
    """Return the moment at which a send that is held no longer waits."""
    held = run.now if letter.held is None else letter.held
    return run.until(held, ttl)


def _wait(run: Run, answer: Answer, until: Moment, deadlines: list[Moment]) -> Answer:
    """Wait until a moment, but no longer than allowed; then it is a skip (semantics 8.21)."""
    last = min(deadlines, default=None)
    if last is not None and run.now >= last:
        return answer._replace(kind="skip", reason="ttl", until=0)
    if last is not None and last < until:
        return answer._replace(until=last, last=True)
    return answer._replace(until=until)


def _pauses(run: Run, letter: Letter) -> Answer | None:
    held = run.index.held_of(letter)
    return _strictest(run, letter, [cap.pause(run, rule) for rule in held.pauses])


def _caps(run: Run, letter: Letter) -> Answer | None:
    held = run.index.held_of(letter)
    return _strictest(run, letter, [cap.over(run, letter, rule) for rule in held.limits])


def _strictest(run: Run, letter: Letter, found: list[Over | None]) -> Answer | None:
    """Return the strictest answer of the rules that say no (semantics 8.15, 8.19)."""
    met = [one for one in found if one is not None]
    if not met:
        return None
    met = met if run.behaviour.strictest else _narrowest(met)
    first = min(met, key=lambda one: _STRICT[_exceed(run, one)])
    word = _exceed(run, first)
    if word == "delay":
        return _delay(run, letter, met)
    reason = "frequency" if word == "exit" else first.reason
    kind: Literal["exit", "skip"] = "exit" if word == "exit" else "skip"
    return Answer(kind, reason, first.rule.id, first.rule, 0, first.counted, first.limit)


def _narrowest(met: list[Over]) -> list[Over]:
    """Let a limit of a message type beat that of its channel, where a system does (9.9)."""
    typed = [
        one
        for one in met
        if one.rule.applies_to is not None
        and (one.rule.applies_to.messages or one.rule.applies_to.tags or one.rule.applies_to.topics)
    ]
    return typed or met


def _exceed(run: Run, one: Over) -> str:
    return "skip" if one.reason == "yield" else run.behaviour.exceed(one.rule.exceed)


def _delay(run: Run, letter: Letter, met: list[Over]) -> Answer:
    """Let the passage wait until the first minute in which all rules pass (semantics 8.19)."""
    last = max(met, key=lambda one: one.until)
    held = run.now if letter.held is None else letter.held
    deadlines = [
        held + _LONGEST_DELAY if one.rule.ttl is None else run.until(held, one.rule.ttl)
        for one in met
    ]
    answer = Answer("defer", last.reason, last.rule.id, last.rule, 0, last.counted, last.limit)
    return _wait(run, answer, last.until, deadlines)
