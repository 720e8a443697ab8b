"""What the interpreter answers: the timeline, entry by entry."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from crmspec.ir.value import Located, Plain
from crmspec.semantics.scenario import Moment

EntryKind: TypeAlias = Literal[
    "happening",  # something from outside, or an event that a step emitted
    "reaction",  # the customer opened, clicked …
    "enter",  # a passage begins
    "refuse",  # a trigger fired and the customer may not enter; `reason` says why
    "goal",  # a goal is reached
    "exit",  # a passage ends early; `reason` says why
    "complete",  # a passage ends after its last step
    "wait",  # a passage waits, until `until` if that is known
    "take",  # a branch, switch, split, experiment or race goes on with the arm `reason`
    "offer",  # a send is reached and asks the gate
    "send",  # a message goes out
    "skip",  # a send or step is left out; `reason` says why
    "defer",  # a send waits at the gate until `until`; `reason` says why
    "change",  # a step changed attributes, lists or consents
    "act",  # a webhook, fetch, task, notice, code … ran
    "trouble",  # the run was stopped or something in the scenario breaks an assumption
]

Reason: TypeAlias = str
"""A word: of a skip or defer `condition` (only/unless), `fallback`, `holdout`, `consent`,
`reachability`, `quiet_hours`, `pause`, `cap`, `gap`, `yield`, `timezone`, `ttl`, `no_message`,
`error`; of a refusal `status`, `running`, `reentry`, `inside`, `limit`, `audience`, `exclusive`,
`holdout`; of an exit the event id, `audience`, `condition`, `goal`, `exclusive`, `stopped`,
`frequency`, `quiet_hours`, `past`, `throttled`, `error`, `deleted`, or the author's own word."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a timeline.

    `passage` numbers the customer's passages from 1. `step` is a path like `welcome.steps.3`,
    `node` the part of the program that speaks (a step, an exit, a trigger, a frequency rule) for
    file:line. `rule` is the id of the frequency rule, exclusive group or consent that decided;
    `count` and `limit` what it counted. `until` is when waiting ends, None if unknown.
    """

    moment: Moment
    kind: EntryKind
    chain: str | None = None
    broadcast: str | None = None
    passage: int | None = None
    step: str | None = None
    message: str | None = None
    channel: str | None = None
    subject: str | None = None
    reason: Reason | None = None
    rule: str | None = None
    count: int | None = None
    limit: int | None = None
    until: Moment | None = None
    data: dict[str, Plain] = {}
    node: Located | None = None


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """A whole timeline in the order in which things were processed."""

    entries: tuple[Entry, ...]
    timezone: str

    def sends(self) -> tuple[Entry, ...]:
        """Return the messages that went out."""
        return tuple(entry for entry in self.entries if entry.kind == "send")

    @property
    def is_stopped(self) -> bool:
        """Say whether too many steps in one minute have ended it (semantics 3.12)."""
        return any(entry.reason == "loop" for entry in self.of("trouble"))

    def of(self, *kinds: EntryKind) -> tuple[Entry, ...]:
        """Return the entries of some kinds."""
        return tuple(entry for entry in self.entries if entry.kind in kinds)
