"""The steps of a chain as a numbered list that a person works through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir import step as st
from crmspec.render.drawing import CHANNEL_SIGNS
from crmspec.render.sheet.model import Field, Line
from crmspec.render.sheet.speech import data_of
from crmspec.render.step import SIGNS, family, sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import condition as c
    from crmspec.render.sheet.speech import Speech

_INSIDE = frozenset({"branch", "wait_for", "switch", "split", "experiment", "only", "unless"})
_PLAIN = (st.Send, st.Wait, st.Jump, st.Leave, st.Note)
"""Steps of which the words say everything."""


class Outline:
    """Numbers steps: 3 is a step, 3a its first way, 3a.1 the first step there."""

    def __init__(self, speech: Speech) -> None:
        self.speech, self.view = speech, speech.view
        self.phrase = speech.view.vocabulary.say

    def lines(self, steps: st.Steps, prefix: str = "", depth: int = 0) -> Iterator[Line]:
        """Yield the steps, each with what lies inside it."""
        for at, step in enumerate(steps, 1):
            number = f"{prefix}{at}"
            yield self._line(step, number, depth)
            for letter, (label, condition, inside) in zip(
                _letters(), self._ways(step), strict=False
            ):
                name = f"{number}{letter}"
                yield Line(
                    number=name,
                    depth=depth + 1,
                    text=label,
                    arm=True,
                    fields=() if condition is None else (self._condition("if", condition),),
                )
                yield from self.lines(inside, f"{name}.", depth + 1)

    def _line(self, step: st.AnyStep, number: str, depth: int) -> Line:
        words = self.view.steps
        text = words.say(step)
        if isinstance(step, st.WaitFor) and len(step.wait_for.first_of) > 1:
            text = words.waiting(step.wait_for)
        if isinstance(step, st.Send | st.Wait):
            said = "send" if isinstance(step, st.Send) else "wait"
            text = self.speech.word(said, step=text)
        fields = [
            self._condition(key, condition)
            for key, condition in (("only", step.only), ("unless", step.unless))
            if condition is not None
        ]
        return Line(
            number=number,
            depth=depth,
            text=f"{step.title}: {text}" if step.title else text,
            sign=self._sign(step),
            id=step.id or "",
            fields=(*fields, *self._details(step)),
        )

    def _condition(self, key: str, condition: c.Condition) -> Field:
        label = self.speech.word(key) if key != "if" else ""
        words = self.view.words.condition(condition)
        return Field(key=key, label=label, value=words, code=data_of(condition), syntax="yaml")

    def _details(self, step: st.AnyStep) -> Iterator[Field]:
        if isinstance(step, st.Send):
            for ref in sent(step.send):
                yield self.speech.field("message", ref)
        elif not isinstance(step, (*_PLAIN, st.Branch, st.WaitFor)):
            data = data_of(step, without=_INSIDE | {"id", "title"})
            if data != "{}":
                yield Field(key="data", label="", code=data, syntax="yaml")

    def _sign(self, step: st.AnyStep) -> str:
        if not isinstance(step, st.Send):
            return SIGNS[family(step)]
        program = self.view.program
        messages = [program.messages.get(ref.id) for ref in sent(step.send)]
        channels = [program.channels.get(one.channel.id) for one in messages if one]
        signs = [CHANNEL_SIGNS[one.type] for one in channels if one]
        return "".join(dict.fromkeys(signs)) or SIGNS["send"]

    def _ways(self, step: st.AnyStep) -> list[tuple[str, c.Condition | None, st.Steps]]:
        say, words = self.phrase, self.view.words
        match step:
            case st.Branch():
                single = len(step.branch.cases) == 1
                ways = [
                    (say("arm.yes") if single else words.condition(one.if_), one.if_, one.then)
                    for one in step.branch.cases
                ]
                rest = say("arm.no" if single else "arm.else")
                return [*ways, (rest, None, step.branch.else_)]
            case st.WaitFor():
                return self._race(step.wait_for)
            case st.Switch():
                cases = [(value, None, then) for value, then in step.switch.cases.items()]
                return [*cases, (say("arm.default"), None, step.switch.default)]
            case st.Split():
                return self._shares(step.split.arms)
            case st.ExperimentStep():
                return self._shares(step.experiment.arms)
        return []

    def _race(self, it: st.WaitForEvent) -> list[tuple[str, c.Condition | None, st.Steps]]:
        single = len(it.first_of) == 1
        ways: list[tuple[str, c.Condition | None, st.Steps]] = [
            (
                self.phrase("arm.yes") if single else self.view.words.condition(one.if_),
                one.if_,
                one.then,
            )
            for one in it.first_of
        ]
        if it.timeout is not None:
            late = self.phrase("arm.timeout", d=self.view.words.amount.duration(it.timeout))
            ways.append((late, None, it.otherwise))
        return ways

    def _shares(
        self, arms: dict[str, st.SplitArm]
    ) -> list[tuple[str, c.Condition | None, st.Steps]]:
        number = self.view.words.amount.number
        return [
            (self.phrase("step.arm", name=name, weight=number(arm.weight)), None, arm.steps)
            for name, arm in arms.items()
        ]


def _letters() -> Iterator[str]:
    """Yield a to z, then aa, ab and so on."""
    heads = [""]
    while True:
        tails = [head + letter for head in heads for letter in "abcdefghijklmnopqrstuvwxyz"]
        yield from tails
        heads = tails
