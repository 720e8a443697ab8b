"""Workflows back to chains, and the messages in their steps; ids of steps are their refs."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.resource import Address, pointed
from crmspec.engine.survey import slug
from crmspec.engine.way_back import UNTOLD, WordlessError
from crmspec.providers.knock import letter, shape
from crmspec.providers.knock.asked import condition, term
from crmspec.providers.knock.deed import is_template
from crmspec.providers.knock.normal import IN_TIME, OTHERS, case
from crmspec.providers.rest.head import FIELDS
from crmspec.resolve.name import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmspec.diagnostics import Text
    from crmspec.engine.body import Body
    from crmspec.providers.knock.condition import Term

_UNITS = {"minutes": "m", "hours": "h", "days": "d", "months": "mo"}
_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]+)?")
_LEFT: Body = {"exit": "end"}
_HEAD = ("id", "title")


def decode_chain(address: Address, body: Body) -> Body:
    """Return who enters, how often, and the steps.

    Law: what is built of it and of `parts` compiles to the workflow again.

    Raises:
        WordlessError: a part has no words.
    """
    return _Chain(address, _read(body)).fields()


def parts_of_chain(address: Address, body: Body) -> dict[Address, Body]:
    """Return the messages that are written in the steps of a workflow, and their channels."""
    try:
        return _Chain(address, _read(body)).parts()
    except WordlessError:
        return {}


def _read(body: Body) -> shape.Workflow:
    rest = {key: value for key, value in body.items() if key not in FIELDS}
    return shape.read(rest, shape.Workflow)


class _Chain:
    """One workflow on its way back."""

    def __init__(self, address: Address, workflow: shape.Workflow) -> None:
        self._chain, self._workflow = address, workflow
        self._sends = list(_sends(workflow.steps))
        self._messages = {one.ref: self._message(one) for one in self._sends}
        self._asked: set[str] = set()

    def _message(self, step: shape.Channel) -> str:
        return step.message or slug(f"{self._chain.id}_{step.ref}")

    def fields(self) -> Body:
        """Return the fields of the chain."""
        workflow = self._workflow
        self.parts()  # what cannot be sent has no words either
        made: Body = {"trigger": [{"api": self._chain.id}]}
        if workflow.settings.override_preferences:
            raise WordlessError
        if workflow.conditions is not None:
            with _about(text("the project has no words for `{field}`", field="conditions")):
                made |= {"audience": self._condition(workflow.conditions), "recheck": "entry"}
        if workflow.trigger_frequency == "every_trigger":
            made["reentry"] = {"mode": "always", "concurrent": True}
        steps = self._steps(workflow.steps)
        self._without_ids(steps)
        # Who has it there has accepted what it does otherwise.
        return (
            made | letter.decode_hours(self._sends) | {"on_unsupported": "degrade", "steps": steps}
        )

    def parts(self) -> dict[Address, Body]:
        """Return the messages and channels by address."""
        sells = self._workflow.settings.is_commercial
        hours = any(one.send_windows for one in self._sends)
        made: dict[Address, Body] = {}
        for one in self._sends:
            said = {"category": letter.category(one, sells=sells, hours=hours)}
            address = Address("message", self._messages[one.ref])
            with _about(text("the project has no words for what `{step}` sends", step=one.ref)):
                made[address] = letter.decode_message(one) | said
                made.setdefault(letter.channel_of(one), letter.decode_channel(one))
        if sells and not any(one.get("category") == "marketing" for one in made.values()):
            raise WordlessError
        return made

    # -- steps --------------------------------------------------------------------------------

    def _steps(self, steps: Sequence[shape.Step], *, leaves: bool = False) -> list[Body]:
        made: list[Body] = []
        rest = iter(steps)
        for step in rest:
            with _about(text("the project has no words for the step `{step}`", step=step.ref)):
                after = next(rest, None) if isinstance(step, shape.Race) else None
                made.append(_head(step) | self._step(step, after))
        return [*made, _LEFT] if leaves else made

    def _step(self, step: shape.Step, after: shape.Step | None) -> Body:
        match step:
            case shape.Race():
                return self._race(step, after)
            case shape.Channel():
                return {"send": {"message": self._messages[step.ref]}}
            case shape.Delay():
                return {"wait": {"for": _length(step.settings.delay_for)}}
            case shape.Branch():
                return self._branch(step)
            case shape.Cohorts():
                return {
                    "split": {"arms": {one.name: self._arm(one) for one in step.cohort_branches}}
                }
        return _deed(step)

    def _branch(self, step: shape.Branch) -> Body:
        *ways, last = step.branches
        if not ways or (last.name, last.conditions) != (OTHERS, None):
            raise WordlessError
        cases: list[Body] = []
        for number, way in enumerate(ways, 1):
            if way.conditions is None or way.name != case(number):
                raise WordlessError
            cases.append({"if": self._condition(way.conditions)} | self._then("then", way))
        return {"branch": {"cases": cases} | self._then("else", last)}

    def _then(self, word: str, way: shape.Way | shape.Cohort) -> Body:
        steps = self._steps(way.steps, leaves=way.terminates)
        return {word: steps} if steps else {}

    def _arm(self, arm: shape.Cohort) -> Body:
        if not is_id(arm.name) or not _SHARE.fullmatch(arm.percentage):
            raise WordlessError
        weight = float(arm.percentage)
        whole = int(weight) if weight.is_integer() else weight
        return {"weight": whole} | self._then("steps", arm)

    def _race(self, step: shape.Race, branch: shape.Step | None) -> Body:
        """Return a wait for something, with the branch after it on whether it came."""
        came = shape.Term(f"refs.{step.ref}.matched", "equal_to", "true")
        if not isinstance(branch, shape.Branch) or len(branch.branches) < len(("yes", "no")):
            raise WordlessError
        yes, no, *more = branch.branches
        known = branch.ref == f"{step.ref}_branch" and not branch.name
        said = [(yes.name, yes.conditions), (no.name, no.conditions)]
        meant = [(IN_TIME, shape.Group(all=[came])), (OTHERS, None)]
        if not known or said != meant or more:
            raise WordlessError
        arm: Body = {"if": _happening(step.settings.event)} | self._then("then", yes)
        race: Body = {"first_of": [arm], "timeout": _length(step.settings.expires_after)}
        return {"wait_for": race | self._then("otherwise", no)}

    def _condition(self, group: shape.Group) -> Body:
        ways = list(_ways(group))
        terms = [one for way in ways for one in way]
        self._asked |= {
            one.variable.split(".")[1] for one in terms if one.variable.startswith("refs.")
        }
        return condition(ways, self._messages)

    def _without_ids(self, steps: list[Body]) -> None:
        """Take the ids away that steps without ids would get anyway, unless they are spoken of."""
        counts: Counter[str] = Counter()
        for step in _every(steps):
            kind = next(key for key in step if key not in _HEAD)
            if step.get("id") == f"{kind}_{counts[kind] + 1}":
                counts[kind] += 1
                if step["id"] not in self._asked:
                    del step["id"]


def _head(step: shape.Step) -> Body:
    if not is_id(step.ref):
        raise WordlessError
    made: Body = {"id": step.ref}
    return made | ({"title": step.name} if step.name else {})


@contextmanager
def _about(reason: Text) -> Iterator[None]:
    """Say what has no words, unless something finer is known."""
    try:
        yield
    except WordlessError as error:
        raise (WordlessError(reason) if error.reason is UNTOLD else error) from None


# -- steps that do one thing ------------------------------------------------------------------


def _deed(step: shape.Step) -> Body:
    match step:
        case shape.Update():
            return {"update": {"set": _object(step.settings.update_properties)}}
        case shape.Fetch():
            return {"webhook": _webhook(step.settings)}
        case shape.Throttle():
            return {"throttle": _throttle(step.settings)}
    return {"start_chain": _start(cast("shape.Start", step).settings)}


def _webhook(asked: shape.Request) -> Body:
    made: Body = {"url": asked.url}
    if asked.method != "post":
        made["method"] = asked.method.upper()
    made |= {
        ours: {one.key: one.value for one in pairs}
        for ours, pairs in (("headers", asked.headers), ("query", asked.query_params))
        if pairs
    }
    if is_template(made):
        raise WordlessError
    return made | ({} if asked.body is None else {"body": _json(asked.body)})


def _throttle(limit: shape.ThrottleSettings) -> Body:
    made: Body = {"limit": limit.throttle_limit, "per": _length(limit.throttle_window)}
    if limit.throttle_key is None:
        return made
    root, _, name = limit.throttle_key.partition(".")
    if root != "data" or not is_id(name):
        raise WordlessError
    return made | {"key": name}


def _start(start: shape.StartSettings) -> Body:
    given = {} if start.data is None else {"pass": _object(start.data)}
    return {"chain": _pointed(start.workflow_key, "chain"), **given}


def _object(written: str) -> Body:
    found = _json(written)
    if not isinstance(found, dict) or not all(map(is_id, found)):
        raise WordlessError
    if any(map(is_template, found.values())):
        raise WordlessError
    return found


def _json(written: str) -> object:
    """Return what JSON says, if it is the same for everybody."""
    try:
        found = json.loads(written)
    except ValueError as error:
        raise WordlessError from error
    if is_template(found):
        raise WordlessError
    return cast("object", found)


def _pointed(value: object, kind: str) -> str:
    try:
        return pointed(value, kind)
    except ValueError as error:
        raise WordlessError from error


def _length(length: shape.Length) -> str:
    return f"{length.value}{_UNITS[length.unit]}"


# -- what is asked ----------------------------------------------------------------------------


def _happening(event: shape.Happening) -> Body:
    if event.event_type == "integration_source":
        if event.audience_key is not None or not is_id(event.event_key):
            raise WordlessError
        return {"event": event.event_key}
    if event.event_key != "enter" or event.integration_source_key is not None:
        raise WordlessError
    return {"segment": _pointed(event.audience_key, "segment")}


def _ways(group: shape.Group) -> Iterator[list[Term]]:
    """Yield the alternatives of conditions."""
    if (group.all is None) is (group.any is None):
        raise WordlessError
    if group.all is not None:
        yield [*map(_term, group.all)]
    for one in group.any or ():
        yield [_term(one)] if one.all is None else [*map(_term, one.all)]


def _term(one: shape.Term) -> Term:
    if one.all is not None:
        raise WordlessError
    return term(one.variable, one.operator, one.argument)


# -- all steps --------------------------------------------------------------------------------


def _sends(steps: Iterable[shape.Step]) -> Iterator[shape.Channel]:
    for step in steps:
        if isinstance(step, shape.Channel):
            yield step
        for way in _ways_of(step):
            yield from _sends(way.steps)


def _ways_of(step: shape.Step) -> Sequence[shape.Way | shape.Cohort]:
    match step:
        case shape.Branch():
            return step.branches
        case shape.Cohorts():
            return step.cohort_branches
    return ()


def _every(steps: object) -> Iterator[Body]:
    """Yield steps as authors write them, in their order, with those inside of them."""
    for step in cast("list[Body]", steps or []):
        if step is not _LEFT:
            yield step
        for key in ("branch", "split", "wait_for"):
            yield from _inside(cast("Body", step.get(key) or {}))


def _inside(step: Body) -> Iterator[Body]:
    arms = cast("Mapping[str, Body]", step.get("arms") or {})
    cases = cast("list[Body]", step.get("cases") or step.get("first_of") or [])
    for way in (*cases, *arms.values()):
        yield from _every(way.get("then") or way.get("steps"))
    yield from _every(step.get("else") or step.get("otherwise"))
