"""Choices among declared values: the cases of a switch, topics of a consent, variants of a test."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, text
from crmspec.document import Mapping
from crmspec.ir.action import ConsentChange
from crmspec.ir.chain import Chain
from crmspec.ir.condition import ConsentIs, InExperiment
from crmspec.ir.measure import Experiment
from crmspec.ir.message import Message
from crmspec.ir.step import ExperimentArms, SwitchCases
from crmspec.ir.trial import TestCustomer, TestEvent
from crmspec.resolve.codes import NON_EXHAUSTIVE_SWITCH, UNDECLARED_VALUE, WRONG_KIND
from crmspec.resolve.finding import finding, misspelled
from crmspec.resolve.operand import undeclared
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Located
    from crmspec.resolve.catalog import Typed
    from crmspec.resolve.scope import Scope


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM202, CRM212 and CRM220 for what can be judged resource by resource."""
    for switch, owner in scope.every(SwitchCases):
        typed = _switched(scope, switch, owner)
        if typed is not None:
            yield from _cases(switch, typed)
    yield from _topics(scope)
    yield from _arms(scope)


def check_variants(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM212 for variants that an experiment, with its arms in all chains, does not have."""
    in_chains: dict[str, set[str]] = defaultdict(set)
    for arms, _ in scope.every(ExperimentArms):
        in_chains[arms.id.id].update(arms.arms)
    for id_, variant, span in _variant_uses(scope):
        experiment = scope.program.experiments.get(id_)
        known = in_chains[id_] | set(experiment.variants if experiment else ())
        if experiment is not None and known:
            yield from _variant(id_, (variant, known), span)


def _switched(scope: Scope, switch: SwitchCases, owner: Located) -> Typed | None:
    value = switch.value
    if value.attribute is not None:
        return scope.catalog.attribute(value.attribute.id)
    if value.trigger is not None and isinstance(owner, Chain):
        for payload in scope.catalog.triggers(owner) or ():
            typed = scope.catalog.property(payload, value.trigger.id)
            if typed is not None:
                return typed
    return None


def _cases(switch: SwitchCases, typed: Typed) -> Iterator[Diagnostic]:
    values = ("true", "false") if typed.type == "boolean" else typed.values
    if not values:
        return
    for case in switch.cases:
        if case not in values:
            yield undeclared(typed, case, switch.place.key("cases", case), values)
    missing = [value for value in values if value not in switch.cases]
    if missing and not _has_default(switch):
        yield _incomplete(switch, typed, missing)


def _has_default(switch: SwitchCases) -> bool:
    """Say whether the author wrote `default`, even if it is empty on purpose."""
    node = switch.place.node
    return bool(switch.default) or (isinstance(node, Mapping) and "default" in node.entries)


def _incomplete(switch: SwitchCases, typed: Typed, missing: list[str]) -> Diagnostic:
    listed = ", ".join(f"`{value}`" for value in missing)
    return finding(
        NON_EXHAUSTIVE_SWITCH,
        switch.place.key("cases"),
        text("no case for {values} of `{name}`", values=listed, name=typed.name),
        text("add the cases, or `default: []` if nothing is to happen"),
        related=(Label(typed.declared, text("the values are declared here")),),
    )


def _topics(scope: Scope) -> Iterator[Diagnostic]:
    for consent, topic, span in _topic_uses(scope):
        found = scope.program.consents.get(consent)
        if found is not None and found.topics and topic not in found.topics:
            message = text("consent `{id}` has no topic `{topic}`", id=consent, topic=topic)
            advice = text("declare it under `topics` of `{id}`", id=consent)
            yield misspelled(UNDECLARED_VALUE, span, message, (topic, found.topics), advice)


def _topic_uses(scope: Scope) -> Iterator[tuple[str, str, Span]]:
    """Yield `(consent, topic, place of the topic)`."""
    for leaf, _ in scope.every(ConsentIs):
        if leaf.topic is not None:
            yield leaf.consent.id, leaf.topic.id, leaf.topic.place.span
    for change, _ in scope.every(ConsentChange):
        if change.topic is not None:
            yield change.set.id, change.topic.id, change.topic.place.span
    for message, _ in scope.every(Message):
        channel = scope.program.channels.get(message.channel.id)
        consent = message.consent or (channel.consent if channel is not None else None)
        if message.topic is not None and consent is not None:
            yield consent.id, message.topic.id, message.topic.place.span
    yield from _topics_of_tests(scope)


def _topics_of_tests(scope: Scope) -> Iterator[tuple[str, str, Span]]:
    for happening, _ in scope.every(TestEvent):
        if happening.consent is not None and happening.topic is not None:
            yield happening.consent.id, happening.topic.id, happening.topic.place.span
    for customer, _ in scope.every(TestCustomer):
        for key in customer.consents:
            consent, _, topic = key.partition(".")
            if topic:
                place = customer.place.key("consents", key)
                yield consent, topic, Span(place.path, place.end - len(topic), place.end)


def _arms(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the arms in chains are variants of their experiment."""
    for arms, _ in scope.every(ExperimentArms):
        experiment = scope.program.experiments.get(arms.id.id)
        if experiment is not None and experiment.type == "holdout":
            yield _holdout(experiment, arms)
        elif experiment is not None and experiment.variants:
            for arm in arms.arms:
                span = arms.place.key("arms", arm)
                yield from _variant(arms.id.id, (arm, experiment.variants), span)


def _variant_uses(scope: Scope) -> Iterator[tuple[str, str, Span]]:
    """Yield `(experiment, variant, place of the variant)` outside the arms."""
    for leaf, _ in scope.every(InExperiment):
        yield leaf.experiment.id, leaf.variant.id, leaf.variant.place.span
    for experiment, _ in scope.every(Experiment):
        winner = experiment.winner
        if winner is not None and winner.tie is not None:
            yield experiment.id, winner.tie, winner.place.value("tie")
    for customer, _ in scope.every(TestCustomer):
        for id_, variant in customer.variants.items():
            yield id_, variant, customer.place.value("variants", id_)


def _holdout(experiment: Experiment, arms: ExperimentArms) -> Diagnostic:
    return finding(
        WRONG_KIND,
        arms.id.place.span,
        text("`{id}` is a holdout, not a test of variants", id=experiment.id),
        text("name an experiment of `type: ab`; a holdout works without a step"),
        related=(Label(experiment.place.name, text("`{id}` is declared here", id=experiment.id)),),
    )


def _variant(id_: str, names: tuple[str, Collection[str]], span: Span) -> Iterator[Diagnostic]:
    written, known = names
    if written not in known:
        message = text("experiment `{id}` has no variant `{name}`", id=id_, name=written)
        listed = ", ".join(f"`{name}`" for name in sorted(known))
        advice = text("it is one of {values}", values=listed)
        yield misspelled(UNDECLARED_VALUE, span, message, names, advice)
