"""Journey tests: what they decide in place of chance comes up, and no customer is two things."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, text
from crmspec.diagnostics.suggestion import nearest
from crmspec.ir.action import CodeStep, Fetch, Webhook
from crmspec.ir.audience import Broadcast
from crmspec.ir.condition import Raw
from crmspec.ir.measure import Experiment
from crmspec.ir.step import Between, ExperimentArms, Split, Wait
from crmspec.ir.trait import RfmIs
from crmspec.ir.trial import TestCustomer, TestEvent
from crmspec.ir.trigger import ApiTrigger, FormTrigger, ManualTrigger
from crmspec.ir.value import Duration
from crmspec.resolve.answer import full, texts
from crmspec.resolve.codes import CONTRADICTORY_CUSTOMER, NOTHING_TO_DECIDE, UNKNOWN_REFERENCE
from crmspec.resolve.finding import finding, misspelled
from crmspec.resolve.length import MONTH, seconds
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.trial import Test
    from crmspec.resolve.outline import Outline
    from crmspec.resolve.scope import Scope


_MINUTE, _SHORT_MONTH, _LONG_MONTH = 60, MONTH - 2 * 86_400, MONTH + 86_400
"""Seconds: a wait has whole minutes (semantics 2.1), and months are of different lengths."""
_NOW, _ALMOST_DAY = Duration(text="0m"), Duration(seconds=86_340, text="1439m")
"""How much later the system may send a broadcast (semantics 8.40)."""


class Open(NamedTuple):
    """What chance decides: arms by split or experiment, random waits, and questions, by name."""

    arms: dict[str, set[str]]
    waits: dict[str, Between]
    answers: set[str]


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM201, CRM233 and CRM234."""
    for customer, _ in scope.every(TestCustomer):
        yield from _torn(customer)
    if not scope.broken:
        yield from _calls(scope)
    tests = [one for one in scope.program.tests.values() if one.arms or one.waits or one.answers]
    if tests and not scope.broken:
        left = _left(scope)
        for test in tests:
            yield from _judge(test, left)


def _calls(scope: Scope) -> Iterator[Diagnostic]:
    """Yield the calls, forms and starts by hand that put nobody into a chain."""
    apis = {trigger.api.id for trigger, _ in scope.every(ApiTrigger)}
    for happening, _ in scope.every(TestEvent):
        api = happening.api
        if api is not None and api.id not in apis:
            message = text("no chain has the entry point `{name}`", name=api.id)
            advice = text("name it in a trigger: `trigger: {{api: {name}}}`", name=api.id)
            yield misspelled(UNKNOWN_REFERENCE, api.place.span, message, (api.id, apis), advice)
        yield from _form(scope, happening)
        yield from _by_hand(scope, happening)


def _form(scope: Scope, happening: TestEvent) -> Iterator[Diagnostic]:
    form, known = happening.form, {trigger.form.id for trigger, _ in scope.every(FormTrigger)}
    if form is not None and form.id in scope.program.messages and form.id not in known:
        message = text("no chain starts on the form `{name}`", name=form.id)
        advice = text("name it in a trigger: `trigger: {{form: {name}}}`", name=form.id)
        yield misspelled(UNKNOWN_REFERENCE, form.place.span, message, (form.id, known), advice)


def _by_hand(scope: Scope, happening: TestEvent) -> Iterator[Diagnostic]:
    start = happening.start
    chain = scope.program.chains.get(start.id) if start is not None else None
    if start is not None and chain is not None and not _is_manual(chain):
        message = text("`{chain}` is not started by hand", chain=start.id)
        known = {one.id for one in scope.program.chains.values() if _is_manual(one)}
        advice = text("give it the trigger `{{manual: true}}`")
        yield misspelled(UNKNOWN_REFERENCE, start.place.span, message, (start.id, known), advice)


def _is_manual(chain: Chain) -> bool:
    return any(isinstance(trigger, ManualTrigger) for trigger in chain.trigger)


def _torn(customer: TestCustomer) -> Iterator[Diagnostic]:
    inside = {ref.id: ref for ref in customer.segments}
    for ref in customer.outside:
        if ref.id in inside:
            here = inside[ref.id].place.span
            yield finding(
                CONTRADICTORY_CUSTOMER,
                ref.place.span,
                text("the customer is both in segment `{id}` and outside it", id=ref.id),
                text("name it under `segments` or under `outside`"),
                related=(Label(here, text("in it, it says here")),),
            )


def _left(scope: Scope) -> Open:
    """Return what the chains and experiments of the program leave to chance."""
    left = Open({}, {}, set())
    memory = scope.memory or Memory()
    for outline in scope.outlines.values():
        part = memory.recall("left to chance", (outline.chain,), partial(_of, outline))
        left.arms.update(part.arms)
        left.waits.update(part.waits)
        left.answers.update(part.answers)
    for broadcast, _ in scope.every(Broadcast):
        if broadcast.optimize_send_time:
            left.waits[broadcast.id] = Between(place=broadcast.place, min=_NOW, max=_ALMOST_DAY)
    for experiment, _ in scope.every(Experiment):
        left.arms[experiment.id] = set(experiment.variants)
    for arms, _ in scope.every(ExperimentArms):
        left.arms[arms.id.id] = left.arms.get(arms.id.id, set()) | set(arms.arms)
    leaves: list[Raw | RfmIs] = [leaf for leaf, _ in scope.every(Raw)]
    leaves += [leaf for leaf, _ in scope.every(RfmIs)]
    for leaf in leaves:
        left.answers.update((full(leaf), *texts(leaf)))
    return left


def _of(outline: Outline) -> Open:
    """Return what the steps of one chain leave to chance, under each name a test may use."""
    part = Open({}, {}, set())
    for placed in outline.steps:
        names = _names(outline.chain, placed.path, placed.step.id)
        match placed.step:
            case Split(split=split):
                salts = () if split.salt is None else (split.salt,)
                part.arms.update({name: set(split.arms) for name in (*names, *salts)})
            case Wait(wait=wait) if wait.between is not None:
                part.waits.update(dict.fromkeys(names, wait.between))
            case Webhook() | Fetch() | CodeStep():
                part.answers.update(names)
    return part


def _names(chain: Chain, path: tuple[int, ...], id_: str | None) -> list[str]:
    named = [] if id_ is None else [f"{chain.id}.{id_}"]
    return [*named, f"{chain.id}.steps.{'.'.join(map(str, path))}"]


def _judge(test: Test, left: Open) -> Iterator[Diagnostic]:
    for name, arm in test.arms.items():
        if name not in left.arms:
            message = text("there is no split or experiment `{name}`", name=name)
            yield _unknown(test, ("arms", name), message, left.arms)
        elif arm not in left.arms[name]:
            message = text("`{name}` has no arm `{arm}`", name=name, arm=arm)
            yield _unknown(test, ("arms", name), message, left.arms[name], arm)
    for name in test.waits:
        if name in left.waits:
            yield from _length(test, name, left.waits[name])
        else:
            message = text("there is no random wait `{name}`", name=name)
            yield _unknown(test, ("waits", name), message, left.waits)
    for name in test.answers:
        if name not in left.answers:
            message = text("no condition or request is called `{name}`", name=name)
            yield _unknown(test, ("answers", name), message, left.answers)


def _unknown(
    test: Test, path: tuple[str, str], message: Text, known: Iterable[str], arm: str | None = None
) -> Diagnostic:
    near = nearest(path[1] if arm is None else arm, known)
    span = test.place.key(*path) if arm is None else test.place.value(*path)
    advice = _ADVICE[path[0]] if near is None else text("did you mean `{name}`?", name=near)
    return finding(NOTHING_TO_DECIDE, span, message, advice)


_ADVICE: dict[str, Text] = {
    "arms": text(
        "name a split by its step, such as `welcome.steps.3`, or an experiment, and an arm"
    ),
    "waits": text("name a wait with `between` by its step, such as `welcome.steps.1`"),
    "answers": text("name a `raw` condition by its text, or a request by its step"),
}


def _length(test: Test, name: str, between: Between) -> Iterator[Diagnostic]:
    low, high = between.min, between.max
    least = low.months * _SHORT_MONTH + low.seconds
    most = high.months * _LONG_MONTH + high.seconds + _MINUTE - 1
    for wait in (one for one in test.waits[name] if not least <= seconds(one) <= most):
        yield finding(
            NOTHING_TO_DECIDE,
            wait.place.span,
            text(
                "the wait `{name}` lasts from {min} to {max}",
                name=name,
                min=between.min.text,
                max=between.max.text,
            ),
            text("write a length of time between them"),
            related=(Label(between.place.span, text("the wait is here")),),
        )
