"""Short forms that read better, each written out as the mapping it stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.document import Entry, Mapping, Node, Scalar, Sequence
from crmspec.ir import (
    action,
    audience,
    chain,
    channel,
    condition,
    data,
    frequency,
    journey,
    message,
    project,
    step,
    trial,
    trigger,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.document.node import Plain
    from crmspec.ir.value import Located

    Expand = Callable[[Node], Node]


def _scalar(node: Node, data: Plain) -> Scalar:
    return Scalar(node.path, node.start, node.end, data)


def _wrap(node: Node, **parts: Node) -> Mapping:
    """Return a mapping that stands where `node` stands."""
    entries = {key: Entry(key, part.start, part.end, part) for key, part in parts.items()}
    return Mapping(node.path, node.start, node.end, entries)


def _under(key: str) -> Expand:
    """Take a bare value, or a list of them, as the value of `key`."""

    def expand(node: Node) -> Node:
        return node if isinstance(node, Mapping) else _wrap(node, **{key: node})

    return expand


def _under_scalar_or_list(scalar: str, sequence: str) -> Expand:
    def expand(node: Node) -> Node:
        if isinstance(node, Mapping):
            return node
        return _wrap(node, **{sequence if isinstance(node, Sequence) else scalar: node})

    return expand


def _arms(group: str) -> Expand:
    """Take `{if, then, …}` as a group of one arm."""

    def expand(node: Node) -> Node:
        if not isinstance(node, Mapping) or "if" not in node.entries:
            return node
        arm = {key: e for key, e in node.entries.items() if key in ("if", "then")}
        one = Mapping(node.path, node.start, node.end, arm)
        items = Sequence(node.path, node.start, node.end, [one])
        rest = {key: e for key, e in node.entries.items() if key not in arm}
        group_entry = Entry(group, node.entries["if"].key_start, node.entries["if"].key_end, items)
        return Mapping(node.path, node.start, node.end, {group: group_entry, **rest})

    return expand


def _reentry(node: Node) -> Node:
    if isinstance(node, Mapping):
        return node
    mode, _, after = str(node.data).partition(" ")
    parts = {"mode": _scalar(node, mode)}
    if after:
        parts["after"] = _scalar(node, after.strip())
    return _wrap(node, **parts)


def _quiet_hours(node: Node) -> Node:
    if isinstance(node, Mapping):
        return node
    start, _, end = str(node.data).partition("-")
    return _wrap(node, **{"from": _scalar(node, start.strip()), "to": _scalar(node, end.strip())})


def _limit(node: Node) -> Node:
    if isinstance(node, Mapping):
        return node
    count, _, per = str(node.data).partition(" per ")
    return _wrap(node, max=_scalar(node, int(count)), per=_scalar(node, per.strip()))


_SENDER = re.compile(r"\s*(.*?)\s*<([^<>]+)>\s*")


def _sender(node: Node) -> Node:
    match = _SENDER.fullmatch(str(node.data)) if not isinstance(node, Mapping) else None
    if match is None:
        return node
    return _wrap(node, name=_scalar(node, match[1]), email=_scalar(node, match[2]))


def _flag(key: str) -> Expand:
    """Take the word `key`, or `true`, as the mapping in which it is true."""

    def expand(node: Node) -> Node:
        return node if isinstance(node, Mapping) else _wrap(node, **{key: _scalar(node, data=True)})

    return expand


SHORTHANDS: dict[type[Located], Expand] = {
    action.AudienceChange: _under("message"),
    step.Cases: _arms("cases"),
    chain.ChainGoal: _under("goal"),
    step.ChainStart: _under("chain"),
    chain.Exit: _under("event"),
    chain.Holdout: _under("percent"),
    step.JumpTo: _under("to"),
    action.ListChange: _under("add"),
    chain.Metric: _under("metric"),
    chain.QuietHours: _quiet_hours,
    chain.Reentry: _reentry,
    action.Request: _under("url"),
    trigger.Schedule: _under("cron"),
    step.SendChoice: _under_scalar_or_list("message", "messages"),
    step.SplitArm: _under("weight"),
    action.TaskBody: _under("title"),
    step.Until: _under("at"),
    step.WaitForEvent: _arms("first_of"),
    step.WaitTime: _under("for"),
    condition.Anniversary: _flag("today"),
    condition.Joined: _under("within"),
    message.Input: _under("type"),
    message.Open: _under("url"),
    message.Field: _under("attribute"),
    frequency.After: _under("event"),
    audience.Audience: _under("include"),
    data.DirectoryValue: _under_scalar_or_list("title", "synonyms"),
    trial.ExpectedExit: _under("chain"),
    trial.ExpectedSend: _under("message"),
    trial.ExpectedSuppression: _under("message"),
    audience.ExpectedSize: _under("min"),
    data.Identifier: _under("id"),
    frequency.Limit: _limit,
    journey.Move: _under("event"),
    data.Property: _under("type"),
    project.Variable: _under("default"),
    audience.Resend: _under("after"),
    channel.Sender: _sender,
}
"""IR type → how its short forms are written out; types that are not here have none."""
