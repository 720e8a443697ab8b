"""Tabs back as chains: what is built of the words compiles to the nodes again."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import pairwise
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, cast

from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.engine.way_back import WordlessError, length, only
from crmspec.providers.node_red.asked import Properties, alternatives, read, where, word
from crmspec.providers.node_red.flow import DRAWN, EVENT, UNITS
from crmspec.providers.node_red.letter import Letters
from crmspec.providers.node_red.palette import PALETTE
from crmspec.providers.node_red.recall import PROJECT, Recalled
from crmspec.providers.node_red.request import before, headers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmspec.engine.body import Body

    Steps = list[Body]

_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_HEAD: Final = ("id", "type", "name", "wires")
_ADDRESS: Final = re.compile(r"/(?P<project>[^/]+)/(?P<chain>[^/]+)/(?P<called>[^/]+)")
_SHARE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_IN, _EVENT, _WHERE = "_in.", "_event.", "_where."
_MAIL, _ANSWER = "_mail.", "_answer"
_BODY: Final = ".body"
_ENDED: Final = "end"
_WHOLE: Final = 100
_ELSE: Final[Body] = {"t": "else"}


def decode_chain(address: Address, body: Body) -> Body:
    """Return a tab as a chain.

    Raises:
        WordlessError: a part of it has no words.
    """
    return _Tab(address, body).chain()


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return the events, messages and channels that are folded into a tab."""
    work = _Tab(address, body)
    try:
        work.chain()
    except WordlessError:
        return {}
    return work.folded()


class _Tab:
    """One tab on its way back; `left` are the nodes that no way has led to yet."""

    def __init__(self, address: Address, body: Body) -> None:
        listed = cast("list[Body]", body["nodes"])
        self._nodes = {str(one["id"]): one for one in listed}
        self._left = dict(self._nodes)
        self._properties = Properties()
        self._chain, known = address.id, cast("Recalled", body.get(PROJECT, Recalled()))
        self._project = known.project
        self._letters = Letters(address.id, self._properties, known)
        self._events: dict[str, bool] = {}
        self._single = len(self._nodes) == len(listed)

    def chain(self) -> Body:
        """Return the fields of the chain."""
        self._known()
        names = [id_.removeprefix(_IN) for id_ in self._nodes if id_.startswith(_IN)]
        if not names or not self._single:
            raise WordlessError(
                text("crmspec did not make this tab: no node of it takes an event as it would")
            )
        started = {name: self._start(name) for name in names}
        begins = {first for _, first in started.values()}
        if len(begins) > 1:
            raise WordlessError(text("what starts the chain leads to different nodes"))
        self._taken(_ANSWER, "http response", {"statusCode"})
        steps = self._steps(begins.pop(), None)
        self._letters.taken(self._left)
        if self._left:
            raise _odd(min(self._left), "stray")
        asked = bool(self._properties)
        self._events = {name: asked or bool(tests) for name, (tests, _) in started.items()}
        return {
            "trigger": [
                one for name, (tests, _) in started.items() for one in self._made(name, tests)
            ],
            "reentry": {"mode": "always", "concurrent": True},
            # Who has it there has accepted what it does otherwise.
            "on_unsupported": "degrade",
            "steps": steps,
        }

    def folded(self) -> dict[Address, Body]:
        """Return what is folded into the tab, after `chain`."""
        properties = self._properties.declared()
        made: dict[Address, Body] = {
            Address("event", name): {"properties": properties}
            for name, is_event in self._events.items()
            if is_event
        }
        return made | self._letters.made

    def _known(self) -> None:
        """Make sure that there are no nodes but of the types that chains are made of."""
        for node in self._nodes.values():
            type_ = str(node["type"])
            if type_ not in PALETTE:
                raise WordlessError(
                    text(
                        "chains have no words for nodes of type `{type}`, such as `{name}`",
                        type=type_,
                        name=str(node.get("name") or node["id"]),
                    )
                )
            if node.get("d"):
                raise _odd(str(node["id"]), "off")

    def _taken(self, id_: str, type_: str, fields: set[str]) -> Body:
        """Return a node that no way has led to yet, and that has no other fields than these."""
        node = self._left.pop(id_, None)
        if node is None or node["type"] != type_:
            raise _odd(id_, "stray" if node else "again")
        return only(node, {*_HEAD, *fields})

    def _next(self, node: Body, number: int = 0) -> str | None:
        """Return where a way out of a node leads, besides to a mail server."""
        wires = cast("list[list[str]]", node.get("wires", []))
        ends = [one for one in (wires[number] if number < len(wires) else []) if not _aside(one)]
        if len(ends) > 1 or (ends and ends[0] not in self._nodes):
            raise _odd(str(node["id"]), "ways")
        return ends[0] if ends else None

    # -- what starts it -----------------------------------------------------------------------

    def _start(self, name: str) -> tuple[Steps, str | None]:
        """Return what is asked of an event, mostly nothing, and the first node after it."""
        node = self._taken(f"{_IN}{name}", "http in", {"url", "method"})
        found = _ADDRESS.fullmatch(str(node.get("url")))
        meant = (self._project or (found and found["project"]), self._chain, name)
        if found is None or found.groups() != meant or self._next(node) != f"{_EVENT}{name}":
            raise _odd(f"{_IN}{name}", "stray")
        node = self._taken(f"{_EVENT}{name}", "change", {"rules"})
        if node.get("rules") != EVENT:
            raise _odd(f"{_EVENT}{name}", "stray")
        first = self._next(node)
        if first != f"{_WHERE}{name}":
            return [], first
        node = self._taken(first, "switch", _CHOICE)
        (asked,) = self._rules(node)
        if self._next(node, 1) is not None:
            raise _odd(first, "ways")
        found_all = alternatives(_expression(asked), self._properties)
        return [where(one) for one in found_all], self._next(node)

    def _made(self, name: str, tests: Steps) -> Steps:
        """Return the triggers of a name."""
        if not self._events[name]:
            return [{"api": name}]
        return [{"event": name, "where": one} for one in tests] or [{"event": name}]

    # -- steps --------------------------------------------------------------------------------

    def _steps(self, at: str | None, stop: str | None) -> Steps:
        """Return the steps from a node to another; who does not come there has left."""
        made: Steps = []
        while at is not None and at != stop:
            step, at = self._step(at, stop)
            made.append(step)
        if at is None and stop is not None:
            made.append({"exit": _ENDED})
        return made

    def _step(self, at: str, stop: str | None) -> tuple[Body, str | None]:
        type_ = str(self._nodes[at]["type"])
        if at.endswith(_BODY) and type_ == "change":
            return self._request(at)
        make: Callable[[str, str | None], tuple[Body, str | None]] | None
        make = {"delay": self._wait, "switch": self._fork, "change": self._send}.get(type_)
        if make is None or not _ID.fullmatch(at):
            raise _odd(at, "stray")
        deed, after = make(at, stop)
        return self._headed(at) | deed, after

    def _headed(self, id_: str) -> Body:
        name = self._nodes[id_].get("name")
        return {"id": id_} | ({"title": name} if name else {})

    def _wait(self, id_: str, _: str | None) -> tuple[Body, str | None]:
        """Return a wait, which may be of several delays."""
        seconds, at, number = 0, id_, 1
        after: str | None = id_
        while after == at:
            node = self._taken(at, "delay", {"timeout", "timeoutUnits"})
            seconds += _seconds(node)
            number += 1
            at, after = f"{id_}.{number}", self._next(node)
        return {"wait": {"for": length(seconds)}}, after

    def _send(self, id_: str, _: str | None) -> tuple[Body, str | None]:
        chosen: dict[str, Body] = {}
        last = node = self._taken(id_, "change", {"rules"})
        while (after := self._next(last)) is not None and after.startswith(f"{id_}."):
            last = self._taken(after, "template", {"field", "template"})
            chosen[after.removeprefix(f"{id_}.")] = last
        return {"send": {"message": self._letters.named(id_, node, chosen, last)}}, after

    def _request(self, at: str) -> tuple[Body, str | None]:
        """Return a webhook."""
        id_ = at.removesuffix(_BODY)
        rules = self._taken(at, "change", {"rules"})
        node = self._taken(id_, "http request", {"method", "url", "headers"})
        call: Body = {"url": node.get("url"), "method": node.get("method", "GET")}
        held = cast("list[Body]", node.get("headers", []))
        told = {str(one.get("keyValue")): str(one.get("valueValue")) for one in held}
        body = _json(cast("list[Body]", rules.get("rules", [{}]))[-1].get("to"))
        sets = rules.get("rules") == before(body) and held == headers(told)
        if self._next(rules) != id_ or not _ID.fullmatch(id_) or not sets:
            raise _odd(at, "stray")
        call |= ({"headers": told} if told else {}) | ({} if body is None else {"body": body})
        return self._headed(id_) | {"webhook": call}, self._next(node)

    # -- forks --------------------------------------------------------------------------------

    def _fork(self, id_: str, stop: str | None) -> tuple[Body, str | None]:
        """Return a choice, and where its ways meet again."""
        node = self._taken(id_, "switch", _CHOICE)
        rules = self._rules(node)
        ends = [self._next(node, number) for number in range(len(rules) + 1)]
        meet = self._meeting(ends)
        if meet is None:
            meet = stop
        ways = [self._steps(end, meet) for end in ends]
        if node.get("property") == DRAWN["property"]:
            return {"split": {"arms": _shares(node, rules, ways)}}, meet
        words = [word(_expression(one), self._properties) for one in rules]
        asked = {found[0] for found in words if found is not None}
        if None not in words and len(asked) == 1:
            cases = [found[1] for found in words if found is not None]
            return _switch(asked.pop(), cases, ways), meet
        return self._branch(rules, ways), meet

    def _branch(self, rules: Sequence[Body], ways: list[Steps]) -> Body:
        *cases, otherwise = ways
        made: Steps = []
        for rule, then in zip(rules, cases, strict=True):
            asked = read(_expression(rule), self._properties)
            made.append({"if": asked, **({"then": then} if then else {})})
        return {"branch": {"cases": made} | ({"else": otherwise} if otherwise else {})}

    def _rules(self, node: Body) -> Steps:
        """Return the rules of a choice before the last one, which takes what is left."""
        *rules, last = cast("list[Body]", node.get("rules") or [{}])
        if last != _ELSE or node.get("checkall") != "false" or not rules:
            raise _odd(str(node["id"]), "choice")
        return rules

    def _meeting(self, ends: Sequence[str | None]) -> str | None:
        """Return the first node to which more than one way leads."""
        reached = [self._reached(end) for end in ends]
        common = {
            id_
            for number, one in enumerate(reached)
            for other in reached[number + 1 :]
            for id_ in one & other
        }
        return max(sorted(common), key=lambda id_: len(self._reached(id_)), default=None)

    def _reached(self, start: str | None) -> frozenset[str]:
        """Return the nodes behind one, and it."""
        found: set[str] = set()
        rest = [] if start is None else [start]
        while rest:
            id_ = rest.pop()
            if id_ not in found and id_ in self._nodes and not _aside(id_):
                found.add(id_)
                wires = cast("list[list[str]]", self._nodes[id_].get("wires", []))
                rest += [end for ends in wires for end in ends]
        return frozenset(found)


_CHOICE: Final = {"property", "propertyType", "rules", "checkall", "outputs"}


def _aside(id_: str) -> bool:
    """Say whether a node is beside the way: what answers, and what mails."""
    return id_ == _ANSWER or id_.startswith(_MAIL)


def _expression(rule: Body) -> str:
    if rule.get("t") != "jsonata_exp" or rule.get("vt") != "jsonata":
        raise WordlessError(text("chains have no words for the rule {it}", it=json.dumps(rule)))
    return str(rule.get("v"))


def _seconds(node: Body) -> int:
    """Return how long a delay lasts."""
    size, count = dict(UNITS).get(str(node.get("timeoutUnits"))), str(node.get("timeout"))
    if size is None or not count.isdecimal():
        raise _odd(str(node["id"]), "time")
    return size * int(count)


def _shares(node: Body, rules: Steps, ways: list[Steps]) -> Body:
    """Return the arms of a split."""
    bounds = [0.0]
    for rule in rules:
        if rule != {"t": "lt", "v": rule.get("v"), "vt": "num"} or not _SHARE.fullmatch(
            str(rule["v"])
        ):
            raise _odd(str(node["id"]), "choice")
        bounds.append(float(str(rule["v"])))
    bounds.append(_WHOLE)
    made: Body = {}
    for name, (low, high), steps in zip(ascii_lowercase, pairwise(bounds), ways, strict=False):
        weight = round(high - low, 6)
        share: Body = {"weight": int(weight) if weight.is_integer() else weight}
        made[name] = share | ({"steps": steps} if steps else {})
    return made


def _switch(name: str, cases: list[str], ways: list[Steps]) -> Body:
    if len(set(cases)) < len(cases):
        raise WordlessError(text("`{name}` is asked twice for one value", name=name))
    made: Body = {"value": {"trigger": name}, "cases": dict(zip(cases, ways, strict=False))}
    return {"switch": made | ({"default": ways[-1]} if ways[-1] else {})}


def _json(written: object) -> object:
    """Return what a text says, None if it is none."""
    with suppress(ValueError):
        return json.loads(str(written))
    return None


_REASONS: Final = {
    "again": text("ways come to a node where those of a chain would not"),
    "choice": text("a choice is made in another way than chains do"),
    "off": text("a node is switched off"),
    "stray": text("no step of a chain is such a node, or nothing leads to it"),
    "time": text("a delay is not of whole minutes, hours or days"),
    "ways": text("a way leads to several nodes at once, or to none of the tab"),
}


def _odd(id_: str, why: str) -> WordlessError:
    return WordlessError(text("`{name}`: {reason}", name=id_, reason=_REASONS[why]))
