"""Steps: ids are unique, and what is asked about a step can be known by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, text
from crmspec.ir.chain import Chain
from crmspec.ir.condition import EventHappened, EventMissing, MessageReaction, StepResult
from crmspec.ir.message import Message
from crmspec.ir.step import Branch, Switch, WaitFor
from crmspec.ir.walk import walk
from crmspec.resolve.codes import (
    DUPLICATE_STEP_ID,
    ENDLESS_JUMP,
    FOREIGN_STEP,
    LATER_STEP,
    UNKNOWN_STEP,
)
from crmspec.resolve.finding import finding, misspelled
from crmspec.resolve.outline import relation
from crmspec.resolve.word import A_KIND, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.step import AnyStep
    from crmspec.ir.value import Located
    from crmspec.resolve.outline import Outline, Placed
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span

CHAIN_START = "chain_start"


class Question(NamedTuple):
    """A step that a condition names, and where."""

    step: str
    span: Span


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM207 to CRM210 and CRM223."""
    asking = {id(owner) for owner in _askers(scope)}
    owners: dict[str, list[str]] = {}
    for outline in scope.outlines.values():
        for id_ in outline.by_id:
            owners.setdefault(id_, []).append(outline.chain.id)
    for outline in scope.outlines.values():
        chain = ChainSteps(outline, owners)
        yield from chain.duplicates()
        yield from chain.jumps()
        if id(outline.chain) in asking:
            yield from chain.questions()
    yield from _outside(scope)


def _askers(scope: Scope) -> Iterator[Located]:
    for _, owner in scope.every(StepResult):
        yield owner
    for leaf, owner in _counting(scope):
        if leaf.since is not None:
            yield owner


def _counting(
    scope: Scope,
) -> list[tuple[EventHappened | EventMissing | MessageReaction, Located]]:
    return [
        *scope.every(EventHappened),
        *scope.every(EventMissing),
        *scope.every(MessageReaction),
    ]


def _questions(condition: Located | None) -> Iterator[Question]:
    if condition is None:
        return
    for node in walk(condition):
        match node:
            case StepResult():
                yield Question(node.step.id, node.step.place.span)
            case EventHappened() | EventMissing() | MessageReaction():
                since = node.since
                if since is not None and since != CHAIN_START and not since[:1].isdigit():
                    yield Question(since, node.place.value("since"))


def _own(step: AnyStep) -> Iterator[Question]:
    """Yield what a step asks itself, without the steps inside it."""
    yield from _questions(step.only)
    yield from _questions(step.unless)
    match step:
        case WaitFor():
            arms = step.wait_for.first_of
        case Branch():
            arms = step.branch.cases
        case Switch():
            yield from _questions(step.switch.value)
            return
        case _:
            return
    for arm in arms:
        yield from _questions(arm.if_)


class ChainSteps:
    """The checks of one chain; `owners` says which chains have a step of a given id."""

    def __init__(self, outline: Outline, owners: dict[str, list[str]]) -> None:
        self.outline = outline
        self.owners = owners

    def duplicates(self) -> Iterator[Diagnostic]:
        """Yield CRM207."""
        for placed in self.outline.steps:
            id_ = placed.step.id
            if id_ is None or self.outline.by_id[id_] is placed:
                continue
            first = self.outline.by_id[id_].step.place.value("id")
            yield finding(
                DUPLICATE_STEP_ID,
                placed.step.place.value("id"),
                text("this chain already has a step `{id}`", id=id_),
                text("give the step another id"),
                related=(Label(first, text("first used here")),),
            )

    def jumps(self) -> Iterator[Diagnostic]:
        """Yield CRM208 and CRM210 for jumps to nowhere, CRM223 for endless ones."""
        for placed, jump, target in self.outline.jumps():
            to = jump.to
            if target is None:
                yield self._unknown(Question(to.id, to.place.span))
            elif target.order <= placed.order and jump.max is None:
                yield finding(
                    ENDLESS_JUMP,
                    to.place.span,
                    text("jumping back to `{id}` never ends", id=to.id),
                    text("say how often with `jump: {{to: {id}, max: 3}}`", id=to.id),
                    related=(Label(target.step.place.value("id"), text("the jump goes here")),),
                )

    def questions(self) -> Iterator[Diagnostic]:
        """Yield CRM208 to CRM210 for conditions about steps."""
        for placed in self.outline.steps:
            for question in _own(placed.step):
                yield from self._judge(question, placed)
        for question in _questions(self.outline.chain.audience):
            yield from self._known(question)
        for exit_ in self.outline.chain.exit:
            for question in _questions(exit_.if_):
                yield from self._known(question)

    def _known(self, question: Question) -> Iterable[Diagnostic]:
        return () if question.step in self.outline.by_id else (self._unknown(question),)

    def _unknown(self, question: Question) -> Diagnostic:
        id_, span = question
        elsewhere = self.owners.get(id_)
        if elsewhere:
            return finding(
                FOREIGN_STEP,
                span,
                text("step `{id}` is in the chain `{chain}`", id=id_, chain=elsewhere[0]),
                text("a chain sees only its own steps"),
            )
        return misspelled(
            UNKNOWN_STEP,
            span,
            text("this chain has no step `{id}`", id=id_),
            (id_, self.outline.by_id),
            text("give the step you mean `id: {id}`", id=id_),
        )

    def _judge(self, question: Question, asker: Placed) -> Iterator[Diagnostic]:
        step = self.outline.by_id.get(question.step)
        if step is None:
            yield self._unknown(question)
            return
        how = relation(step.path, asker.path)
        if how != "before" and not self.outline.repeats(step, asker):
            place = step.step.place.value("id")
            related = (Label(place, text("`{id}` is here", id=question.step)),)
            if how == "apart":
                yield finding(
                    FOREIGN_STEP,
                    question.span,
                    text("step `{id}` is on another path", id=question.step),
                    text("who comes here has not gone through it; ask about an earlier step"),
                    related=related,
                )
            else:
                yield finding(
                    LATER_STEP,
                    question.span,
                    text("step `{id}` has not run yet at this point", id=question.step),
                    text("ask about an earlier step, or move this one down"),
                    related=related,
                )


def _outside(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM208 for questions about steps where there is no chain."""
    for leaf, owner in scope.every(StepResult):
        if not isinstance(owner, Chain | Message):
            yield _no_chain(owner, leaf.place.key("step"))
    for counting, owner in _counting(scope):
        since = counting.since
        named = since is not None and not since[:1].isdigit()
        if named and not isinstance(owner, Chain | Message):
            yield _no_chain(owner, counting.place.value("since"))


def _no_chain(owner: Located, span: Span) -> Diagnostic:
    return finding(
        UNKNOWN_STEP,
        span,
        text("{kind} has no steps", kind=A_KIND[kind_of(owner)]),
        text("ask about steps only inside a chain"),
    )
