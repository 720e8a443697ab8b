"""Whether the last steps of a chain can run in a chain of their own, unnoticed by anybody."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from crmspec.content.parts import Messages
from crmspec.diagnostics import Text, text
from crmspec.ir import plain, walk
from crmspec.ir.action import Emit
from crmspec.ir.condition import MessageReaction, TriggerProperty
from crmspec.ir.step import Batch, Jump, StopChain, SwitchValue, Throttle, Until
from crmspec.ir.value import Ref
from crmspec.lower import guard
from crmspec.lower.holdout import watched
from crmspec.lower.tree import name_of
from crmspec.semantics.reaction import messages_of
from crmspec.semantics.same import Same
from crmspec.semantics.scope import Source, over
from crmspec.template.reading import reads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.ir import Located, Program
    from crmspec.ir.chain import Chain
    from crmspec.ir.step import Steps

_DATA: Final = re.compile(r"\{[{%][^}]*\b(event|chain)\b")
_BOUND = (Batch, Jump, Throttle)


def refusal(program: Program, chain: Chain) -> Text | None:
    """Say why a chain cannot become several, wherever it is cut; None if it can."""
    stopped = {
        node.stop_chain.id
        for one in program.chains.values()
        for node in walk(one)
        if isinstance(node, StopChain)
    }
    odd = next((node for node in walk(chain) if isinstance(node, _BOUND)), None)
    checks = (
        (chain.id in stopped, text("another chain stops it")),
        (odd is not None, text("it has `{step}`", step=odd.subject if odd else "")),
        (chain.recheck == "each_step" and chain.audience is not None, _AUDIENCE),
        (any(one.no_longer for one in chain.exit), _AUDIENCE),
        (chain.rate_limit is not None, text("its `rate_limit` holds for all its sends")),
        (
            any(one.exits and one.within is not None for one in chain.goal),
            text("its goal counts from the entry"),
        ),
        (not _comes_alone(program, chain), text("somebody may come back who is still in it")),
    )
    why = next((said for barred, said in checks if barred), None)
    return why or watched(program, chain) or _head(program, chain)


_AUDIENCE = text("the audience is looked at between sends")


def _head(program: Program, chain: Chain) -> Text | None:
    """Say why the exits, and the audience asked before sends, cannot go along."""
    if any(_asks_passage(one) for one in chain.exit):
        return text("its exits ask for what started it")
    late = _late(program, chain)
    if late is not None:
        return text("`{event}`, which ends it, may be told late (semantics 4.2)", event=late)
    return guard.refusal(program, chain) if guard.rechecks(chain) else None


def _comes_alone(program: Program, chain: Chain) -> bool:
    """Say whether it is all one that somebody is still in the chain (6.22, 6.23).

    Of several passages at a send in one minute the one that came first goes first (3.8), which
    decides who is over a cap.
    """
    again = chain.reentry
    if again is None or again.mode == "never":
        return True
    sent = messages_of(Same(chain)) & program.messages.keys()
    capped = any(over(program, Source(one, chain.id, None)).limits for one in sent)
    return again.concurrent and again.mode != "after_exit" and not capped


def emitted(program: Program, chain: Chain) -> Text | None:
    """Say why no event can join the parts: an exit of the same minute would be missed (3.11)."""
    ends = _ends(program, chain)
    for one in program.chains.values():
        for node in walk(one):
            if isinstance(node, Emit) and node.emit.id in ends:
                return text("`{who}` emits an event that ends it", who=one.id)
    return None


def _ends(program: Program, chain: Chain) -> set[str]:
    """Return the events that end a passage."""
    ends = {one.event.id for one in chain.exit if one.event is not None}
    goals = [program.goals.get(one.goal.id) for one in chain.goal if one.exits]
    return ends | {one.event.id for one in goals if one is not None and one.event is not None}


def _late(program: Program, chain: Chain) -> str | None:
    """Return an event that ends a passage, and may be told long after it happened (3.3)."""
    events = (program.events.get(one) for one in sorted(_ends(program, chain)))
    return next((one.id for one in events if one is not None and one.occurred_at), None)


def needs(program: Program, chain: Chain, first: Steps, last: Steps) -> Text | None:
    """Say what the last steps need of the first ones, or of the entry; None if nothing."""
    before = {getattr(node, "id", None) for node in _all(first)} - {None}
    sent = messages_of(Same(chain)) & {node.id for node in _all(first) if isinstance(node, Ref)}
    for node in _all(last):
        name = name_of(node)
        if name is not None and (name in before or name == "chain_start"):
            return text("a later step asks for the result of an earlier one")
        if isinstance(node, MessageReaction) and _of_passage(node, sent):
            return text("a later step asks for reactions to an earlier message")
    if any(_asks_passage(one) for one in last) or _reads_passage(program, last):
        return text("a later step asks for what started the chain")
    return None


def _of_passage(leaf: MessageReaction, sent: frozenset[str]) -> bool:
    """Say whether a test looks at what this passage has sent alone (5.29)."""
    own = isinstance(leaf.message, Ref) and leaf.message.id in sent
    return own and not (leaf.within or leaf.since)


def _all(steps: Iterable[Located]) -> Iterable[Located]:
    return (node for step in steps for node in walk(step))


def _asks_passage(part: Located) -> bool:
    """Say whether a part of a chain asks for the event that started it, or for its variables."""
    for node in walk(part):
        if isinstance(node, TriggerProperty) or getattr(node, "since", None) == "chain_start":
            return True
        if isinstance(node, SwitchValue) and node.trigger is not None:
            return True
        if isinstance(node, Until) and node.property is not None:
            return True
    return _DATA.search(json.dumps(plain(part), ensure_ascii=False, default=str)) is not None


def _reads_passage(program: Program, steps: Steps) -> bool:
    """Say whether a message that steps send prints what started the chain."""
    known, messages = Messages(program), program.messages
    refs = {node.id for node in _all(steps) if isinstance(node, Ref) and node.kind == "message"}
    for message in (messages[one] for one in sorted(refs) if one in messages):
        if message.fallback is not None and _asks_passage(message.fallback):
            return True
        for locale in known.locales(message):
            for body in known.parts(message, locale).fields.values():
                if any(read.name[0] in {"event", "chain"} for read in reads(body)):
                    return True
    return False
