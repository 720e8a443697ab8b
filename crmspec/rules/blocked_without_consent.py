"""Messages for people who have not agreed to receive them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.action import ConsentStep
from crmspec.ir.condition import All, ConsentIs, InSegment, Not, Nothing
from crmspec.ir.step import Branch, Send
from crmspec.resolve.outline import ways
from crmspec.rules.question import GIVEN
from crmspec.rules.replay import Replays, of_chain
from crmspec.rules.sends import messages_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.step import AnyStep, Steps
    from crmspec.ir.value import Located
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.rules.replay import Aim
    from crmspec.semantics.trace import Trace
    from crmspec.source import Span

CODE = Code(
    "CRM313",
    "blocked-without-consent",
    text("a message for customers who have not agreed to it"),
    Severity.ERROR,
)
Fact = tuple[str, str | None]
"""A consent and, if one is meant, its topic."""


class Denial(NamedTuple):
    """Where it is said that customers do not have a consent, and which status they have."""

    status: str
    span: Span


class Blocked(NamedTuple):
    """A send that wants a consent that is denied: for its messages, or for the audience."""

    send: Send
    path: str
    message: Message
    consent: str
    denial: Denial
    is_for_audience: bool = False


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each place that denies a consent which messages after it need."""
    replays = Replays(portfolio, CODE)
    for chain in portfolio.program.chains.values():
        if chain.status != "live":
            continue
        seen: set[Span] = set()
        walk = _Walk(portfolio.program, chain)
        for blocked in portfolio.silent(CODE.id, chain.id, walk.run):
            if blocked.denial.span in seen:
                continue
            witness = replays.passage(chain, _aim(chain.id, blocked.path), wanted=(blocked.path,))
            if witness is not None:
                seen.add(blocked.denial.span)
                yield _finding(replays, chain, blocked, witness)
    yield from replays.undecided()


class _Walk:
    """Follows what is known of consents along the steps of one chain."""

    def __init__(self, program: Program, chain: Chain) -> None:
        self.program = program
        self.chain = chain
        self.found: list[Blocked] = []
        self.own: frozenset[Denial] = frozenset()
        asks = chain.recheck != "entry"
        self.needed = tuple(_given(program, chain.audience, set())) if asks else ()

    def run(self) -> list[Blocked]:
        denied = dict(_denied(self.program, self.chain.audience, set()))
        self.own = frozenset(denied.values())
        self._steps(self.chain.steps, f"{self.chain.id}.steps", denied)
        return self.found

    def _steps(self, steps: Steps, prefix: str, denied: dict[Fact, Denial]) -> dict[Fact, Denial]:
        for position, step in enumerate(steps):
            denied = self._step(step, f"{prefix}.{position}", denied)
        return denied

    def _step(self, step: AnyStep, path: str, denied: dict[Fact, Denial]) -> dict[Fact, Denial]:
        match step:
            case Send():
                known = denied | dict(_denied(self.program, step.only, set()))
                self._send(step, path, known)
            case ConsentStep():
                return _changed(step, denied)
        inside = ways(step)
        if not inside:
            return denied if not _waits(step) else self._kept(denied)
        asked = tuple(_asked(self.program, step, len(inside)))
        after = [self._steps(one, f"{path}.{n}", asked[n] | denied) for n, one in enumerate(inside)]
        if _waits(step):
            denied = self._kept(denied)
        return {
            fact: denial for fact, denial in denied.items() if all(fact in one for one in after)
        }

    def _kept(self, denied: dict[Fact, Denial]) -> dict[Fact, Denial]:
        """Return what still holds after a wait: what the audience is asked for at each send."""
        if self.chain.recheck == "entry":
            return {}
        again = dict(_denied(self.program, self.chain.audience, set()))
        return {fact: denial for fact, denial in denied.items() if again.get(fact) == denial}

    def _send(self, step: Send, path: str, denied: dict[Fact, Denial]) -> None:
        messages = messages_of(self.program, step)
        found = [(one, _wanted(self.program, one)) for one in messages]
        if not found or step.send.group is not None:
            return
        stops = [(one, fact, _stop(fact, denied)) for one, fact in found]
        message, fact, denial = stops[0]
        if denial is not None and fact is not None and all(stop for _, _, stop in stops):
            self.found.append(Blocked(step, path, message, fact[0], denial))
            return
        for needed in self.needed:
            denial = _stop(needed, denied)
            if denial is not None and denial not in self.own:
                self.found.append(Blocked(step, path, message, needed[0], denial, True))  # noqa: FBT003
                return


def _waits(step: AnyStep) -> bool:
    return type(step).subject in {"wait", "wait_for", "batch"}


def _wanted(program: Program, message: Message) -> Fact | None:
    """Return the consent that the gate asks for (semantics 8.6)."""
    channel = program.channels.get(message.channel.id)
    named = message.consent or (channel.consent if channel is not None else None)
    if named is None or named.id not in program.consents:
        return None
    return named.id, message.topic.id if message.topic is not None else None


def _stop(fact: Fact | None, denied: dict[Fact, Denial]) -> Denial | None:
    """Return what denies a consent; withdrawing it as a whole ends its topics too (1.14)."""
    if fact is None:
        return None
    whole = denied.get((fact[0], None))
    if fact[1] is not None and whole is not None and whole.status != "unsubscribed":
        whole = None
    return denied.get(fact) or whole


def _denied(
    program: Program, condition: Located | None, seen: set[str]
) -> Iterator[tuple[Fact, Denial]]:
    """Yield the consents that a condition wants not to be given."""
    match condition:
        case All():
            for part in condition.all:
                yield from _denied(program, part, seen)
        case ConsentIs() if condition.is_ not in GIVEN:
            yield _fact(condition), Denial(condition.is_, condition.place.span)
        case Not() if isinstance(condition.not_, ConsentIs):
            yield from _without(condition.not_)
        case Nothing():
            for part in condition.none:
                if isinstance(part, ConsentIs):
                    yield from _without(part)
        case InSegment() if condition.segment.id not in seen:
            seen.add(condition.segment.id)
            segment = program.segments.get(condition.segment.id)
            inside = _denied(program, segment.condition if segment else None, seen)
            yield from ((fact, Denial(one.status, condition.place.span)) for fact, one in inside)


def _given(program: Program, condition: Located | None, seen: set[str]) -> Iterator[Fact]:
    """Yield the consents that a condition wants to be given."""
    match condition:
        case All():
            for part in condition.all:
                yield from _given(program, part, seen)
        case ConsentIs() if _is_plain(condition):
            yield _fact(condition)
        case InSegment() if condition.segment.id not in seen:
            seen.add(condition.segment.id)
            segment = program.segments.get(condition.segment.id)
            yield from _given(program, segment.condition if segment else None, seen)


def _asked(program: Program, step: AnyStep, count: int) -> Iterator[dict[Fact, Denial]]:
    """Yield what the cases of a branch deny, way by way; each also that those before it hold."""
    cases = step.branch.cases if isinstance(step, Branch) else ()
    before: dict[Fact, Denial] = {}
    for case in cases:
        yield before | dict(_denied(program, case.if_, set()))
        if isinstance(case.if_, ConsentIs):
            before = before | dict(_without(case.if_))
    yield from (before for _ in range(count - len(cases)))


def _without(part: ConsentIs) -> Iterator[tuple[Fact, Denial]]:
    if _is_plain(part):
        yield _fact(part), Denial("unsubscribed", part.place.span)


def _is_plain(part: ConsentIs) -> bool:
    return part.is_ == "subscribed" and not part.method and part.changed is None


def _fact(part: ConsentIs) -> Fact:
    return part.consent.id, part.topic.id if part.topic is not None else None


def _changed(step: ConsentStep, denied: dict[Fact, Denial]) -> dict[Fact, Denial]:
    change = step.consent
    fact = change.set.id, change.topic.id if change.topic is not None else None
    kept = {
        one: denial
        for one, denial in denied.items()
        if one != fact and not (one[0] == fact[0] and fact[1] is None)
    }
    if change.status != "subscribed" and step.only is None and step.unless is None:
        kept[fact] = Denial(change.status, step.place.key("consent"))
    return kept


def _aim(chain: str, path: str) -> Aim:
    stops = {("skip", "consent"), ("skip", "no_message"), ("exit", "audience")}

    def aim(trace: Trace) -> bool:
        return any(
            (one.kind, one.reason) in stops and one.step == path for one in of_chain(trace, chain)
        )

    return aim


def _finding(replays: Replays, chain: Chain, blocked: Blocked, witness: Witness) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text(
            "`{chain}` never sends `{message}`: nobody there has the consent `{consent}`",
            chain=chain.id,
            message=blocked.message.id,
            consent=blocked.consent,
        ),
        label=Label(blocked.send.place.value("send"), text("blocked for everybody")),
        related=(Label(blocked.denial.span, _why(blocked.denial)), *_audience(chain, blocked)),
        help=tuple(_advice(blocked)),
        evidence=replays.proof(witness),
    )


def _audience(chain: Chain, blocked: Blocked) -> Iterator[Label]:
    if blocked.is_for_audience:
        place = chain.place.key("audience")
        yield Label(place, text("asked for again before every message"))


def _why(denial: Denial) -> Text:
    if denial.status == "pending":
        return text("they have not confirmed it yet")
    return text("they do not have it")


def _advice(blocked: Blocked) -> Iterator[Text]:
    if blocked.denial.status == "pending":
        yield text("a request to confirm is no marketing: make it `category: service`")
        yield text("and give it a `consent` that does not wait for the confirmation")
    else:
        yield text("choose an audience that has given the consent, or another channel")
