"""Chains as journeys: nodes in order, branches that meet again, ways that end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.chain import Chain
from crmspec.ir.condition import EventHappened, InSegment, MessageReaction
from crmspec.ir.step import Branch, Leave, Note, Send, Split, WaitFor
from crmspec.ir.value import Ref
from crmspec.providers.onesignal.capability import LONGEST_WAIT, MOST_ARMS, SHORTEST_WAIT
from crmspec.providers.onesignal.entry import Entry, event_name, reference
from crmspec.providers.onesignal.name import fitting
from crmspec.providers.onesignal.node import Deeds, seconds
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Arm, Steps
    from crmspec.ir.value import Resource, Tests
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

    Way = Callable[[], list[Body]]

MOST_NODES = 500
"""How many nodes a journey may have, by our own choice: what follows ways that end is copied."""
_LONGEST_LABEL = 255
_REACTIONS = {"delivered": "received", "opened": "opened", "clicked": "clicked"}
_REFUSED = ("received", "replied", "converted", "link", "within", "since", "channel")


def encode_chain(brief: Brief, key: Key, node: Resource, dropped: frozenset[int]) -> Encoded:
    """Return a journey; see `providers.rest.Encoder`."""
    assert isinstance(node, Chain)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    fitting(brief, untold, node)
    settings = Entry(brief, untold, node)
    nodes = _Journey(brief, untold, node, settings, dropped).nodes()
    return Encoded(settings.body() | {"nodes": nodes}, tuple(untold.gaps))


class _Journey:
    """The nodes of one journey in the making."""

    def __init__(
        self, brief: Brief, untold: Untold, chain: Chain, settings: Entry, dropped: frozenset[int]
    ) -> None:
        self._brief, self._untold, self._chain, self._settings = brief, untold, chain, settings
        self._dropped = dropped
        self._deeds = Deeds(brief, untold, chain)
        self._written = {getattr(one, "id", None) for one in walk(chain)}
        self._taken: set[str] = set()
        self._goes_on = False
        """Whether something comes after the fork that the steps at hand stand in."""
        self._sent: dict[str, str] = {}

    def nodes(self) -> list[Body]:
        """Return the nodes, behind the question who may enter."""
        chain, audience = self._chain, self._chain.audience
        if audience is None:
            made = self._list(chain.steps)
        else:
            asked = self._condition(audience, chain, "audience")
            head = {"client_node_id": self._name("audience", None)}
            made = [head | self._yes_no(asked, lambda: self._list(chain.steps), list)]
        if len(self._taken) > MOST_NODES:
            said = text("OneSignal would get more than {limit} nodes", limit=MOST_NODES)
            self._untold.lack("limit", "steps", chain, said, at="steps")
        return made

    def _list(self, steps: Sequence[Step]) -> list[Body]:
        """Return the nodes of steps, up to where their way ends.

        Ways of OneSignal always meet again. So where one ends, all that follows is put into the
        others, and nothing comes after them.
        """
        made: list[Body] = []
        for number, step in enumerate(steps):
            if isinstance(step, Leave) or len(self._taken) > MOST_NODES:
                break
            if id(step) in self._dropped or isinstance(step, Note):
                continue
            done = self._deeds.nodes(step)
            if done is not None:
                made += self._done(step, done)
                continue
            ends = any(isinstance(one, Leave) for one in walk(step))
            made += self._fork(step, tuple(steps[number + 1 :]), ends=ends)  # type: ignore[arg-type]
            if ends:
                break
        return made

    def _done(self, step: Step, nodes: list[Body]) -> list[Body]:
        """Return the nodes of a step with their names; the last one is its own."""
        made = [{"client_node_id": self._name(str(one["kind"]), None)} | one for one in nodes[:-1]]
        for one in nodes[-1:]:
            head = self._head(step, str(one["kind"]))
            made.append(head | one)
            message = self._deeds.message(step) if isinstance(step, Send) else None
            if message is not None:
                self._sent[message.id] = str(head["client_node_id"])
        return made

    def _head(self, step: Step, kind: str) -> Body:
        made: Body = {"client_node_id": self._name(kind, step.id)}
        return made | ({"annotation": step.title[:_LONGEST_LABEL]} if step.title else {})

    def _name(self, kind: str, own: str | None) -> str:
        """Return a name that no other node of the journey has, nor another step of the chain."""
        name, made, number = own or kind, own or kind, 1
        while made in self._taken or (made in self._written and made != own):
            number += 1
            made = f"{name}_{number}"
        self._taken.add(made)
        return made

    # -- forks --------------------------------------------------------------------------------

    def _fork(self, step: Step, rest: Steps, *, ends: bool) -> list[Body]:
        """Return a step with several ways; `rest` goes into them if one of them ends."""
        inside, outside = (rest, ()) if ends else ((), rest)
        before, self._goes_on = self._goes_on, self._goes_on or bool(_trimmed(outside))
        try:
            match step:
                case Branch():
                    return self._branch(step, step.branch.cases, inside)
                case Split():
                    return [self._split(step, inside)]
                case WaitFor():
                    return self._race(step, rest, inside)
        finally:
            self._goes_on = before
        return []  # the table says that OneSignal has none

    def _branch(self, step: Branch, cases: Sequence[Arm], rest: Steps) -> list[Body]:
        """Return a question; the next one stands in its way of no."""
        if not cases:
            return self._list((*step.branch.else_, *rest))
        first, *others = cases
        asked = self._condition(first.if_, step, "branch")
        node = self._head(step, "branch")
        return [
            node
            | self._yes_no(
                asked,
                lambda: self._list((*first.then, *rest)),
                lambda: self._branch(step, others, rest),
            )
        ]

    def _yes_no(self, asked: Body, yes: Way, no: Way) -> Body:
        """Return a question, turned round where its opposite is asked."""
        ways = self._ways(yes, no)
        if _is_turned(asked):
            ways.reverse()
        branches = [{"condition": _straight(asked), "nodes": ways[0]}, {"nodes": ways[1]}]
        return {"kind": "yes_no", "branches": branches}

    def _ways(self, *ways: Way) -> list[list[Body]]:
        """Return the nodes of several ways, each of which knows what was sent before them."""
        before, after = dict(self._sent), dict(self._sent)
        made = []
        for way in ways:
            self._sent = dict(before)
            made.append(way())
            after |= self._sent
        self._sent = after
        return made

    def _split(self, step: Split, rest: Steps) -> Body:
        arms = list(step.split.arms.values())
        if len(arms) > MOST_ARMS["split"]:
            said = text("OneSignal takes {limit} ways", limit=MOST_ARMS["split"])
            self._untold.lack("limit", "branches", step, said, at="split")
        if step.split.salt is not None and self._is_shared(step.split.salt):
            said = text("OneSignal draws anew for each split, whatever its `salt` (semantics 7.31)")
            self._untold.otherwise("step", "split", step, said)
        head = self._head(step, "split")
        ways = self._ways(*(lambda steps=arm.steps: self._list((*steps, *rest)) for arm in arms))
        branches = [
            {"weight": arm.weight, "nodes": nodes} for arm, nodes in zip(arms, ways, strict=True)
        ]
        return head | {"kind": "split_range", "randomize_on_entry": False, "branches": branches}

    def _is_shared(self, salt: str) -> bool:
        chains = self._brief.program.chains.values()
        splits = [one for chain in chains for one in walk(chain) if isinstance(one, Split)]
        return sum(one.split.salt == salt for one in splits) > 1

    # -- waiting for something ----------------------------------------------------------------

    def _race(self, step: WaitFor, rest: Steps, inside: Steps) -> list[Body]:
        """Return a wait until something happens.

        At the timeout OneSignal lets the customer leave, or go on where all ways meet.
        """
        race = step.wait_for
        exits = not self._goes_on and not _trimmed((*race.otherwise, *rest))
        reactions = sum(isinstance(arm.if_, MessageReaction) for arm in race.first_of)
        many = len(race.first_of) > MOST_ARMS["wait_for"] or reactions > 1
        if race.since != "step" or many or not _is_told(step, exits=exits):
            said = text(
                "OneSignal waits for 10 things, one of them a reaction, and when the time is up the"
                " customer leaves, or goes on as if it had come"
            )
            self._untold.lack("step", "wait_for", step, said)
            return []
        node = self._head(step, "wait_until")
        awaited = [self._awaited(arm, step) for arm in race.first_of]
        ways = self._ways(
            *(lambda steps=arm.then: self._list((*steps, *inside)) for arm in race.first_of)
        )
        node |= {
            "kind": "wait_until",
            "branches": [
                {"condition": asked, "nodes": nodes}
                for asked, nodes in zip(awaited, ways, strict=True)
            ],
        }
        if race.timeout is not None:
            length = min(max(seconds(race.timeout), SHORTEST_WAIT), LONGEST_WAIT)
            node["expiration"] = {"duration_seconds": length, "exits": exits}
        return [node]

    def _awaited(self, arm: Arm, step: WaitFor) -> Body:
        match arm.if_:
            case EventHappened(count=(), within=None, since=None, between_ago=()) as leaf:
                if not (leaf.sum or leaf.avg or leaf.min or leaf.max or leaf.distinct):
                    name = event_name(self._brief, leaf.event.id)
                    asked = self._settings.attributes(leaf.where, leaf)
                    return {"kind": "event_trigger", "name": name} | asked
        asked = self._condition(arm.if_, step, "wait_for")
        if _is_turned(asked):
            said = text("OneSignal waits for what happens, not for what does not")
            self._untold.lack("step", "wait_for", step, said)
        return _straight(asked)

    # -- conditions ---------------------------------------------------------------------------

    def _condition(self, condition: Condition, node: Step | Chain, at: str) -> Body:
        """Return a condition of a branch; `turned` if its opposite is asked."""
        match condition:
            case InSegment(joined=None):
                segment = reference(condition.segment.id)
                return {"kind": "segment_membership", "included_segment_ids": [segment]}
            case MessageReaction():
                return self._reaction(condition)
        said = text("OneSignal asks for one segment, or for one reaction")
        self._untold.lack("condition", condition.subject, node, said, at=at)
        return {}

    def _reaction(self, leaf: MessageReaction) -> Body:
        message = leaf.message
        sent = self._sent.get(message.id) if isinstance(message, Ref) else None
        asked = [(one, getattr(leaf, name)) for name, one in _REACTIONS.items()]
        wished = [(one, _wished(tests)) for one, tests in asked if tests]
        refused = any(getattr(leaf, name) for name in _REFUSED)
        if sent is None or len(wished) != 1 or wished[0][1] is None or refused:
            said = text("OneSignal asks what became of one message that was sent before")
            self._untold.lack("condition", "message", leaf, said)
            return {}
        ((action, wish),) = wished
        made: Body = {"kind": "on_notification_action", "action": action, "client_node_id": sent}
        return made if wish else made | {"turned": True}


def _is_turned(asked: Body) -> bool:
    return asked.get("turned") is True


def _straight(asked: Body) -> Body:
    return {name: one for name, one in asked.items() if name != "turned"}


def _is_told(step: WaitFor, *, exits: bool) -> bool:
    """Say whether OneSignal has what is done when the time is up: nothing of its own."""
    race = step.wait_for
    if race.timeout is None or exits:
        return True
    ends = any(isinstance(one, Leave) for arm in race.first_of for one in walk(arm))
    return not race.otherwise and not ends


def _trimmed(steps: Steps) -> Steps:
    """Return steps up to where their way ends, without notes."""
    made: list[Step] = []
    for step in steps:
        if isinstance(step, Leave):
            break
        if not isinstance(step, Note):
            made.append(step)
    return tuple(made)  # type: ignore[arg-type]


def _wished(tests: Tests) -> bool | None:
    """Return whether a reaction is asked for or its absence; None for counts."""
    alone = tests[0].operand if len(tests) == 1 else None
    return alone if isinstance(alone, bool) else None
