"""Which facts a leaf of a condition is about, and who finds facts of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import (
    AttributeIs,
    ChannelReaction,
    ConsentIs,
    EventHappened,
    EventMissing,
    FirstEvent,
    InChain,
    InExperiment,
    InList,
    InOrder,
    InSegment,
    LastEvent,
    MessageReaction,
    Raw,
    Reachable,
    StepResult,
    Suppressed,
    TriggerProperty,
)
from crmspec.ir.trait import HasRelated, InPlace, NowIs, OnDevice, RandomShare, RfmIs
from crmspec.logic import static_fit, timeline_fit
from crmspec.logic.occurrence import LogSearch
from crmspec.logic.reaction_fit import fit_reactions
from crmspec.logic.wish import Draft, Need
from crmspec.semantics import answer
from crmspec.semantics.condition import holds
from crmspec.semantics.scenario import Customer
from crmspec.semantics.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir.value import Ref
    from crmspec.logic.wish import Setting, Wish


class Key(NamedTuple):
    """Wishes with equal keys are about the same facts and are looked at together."""

    kind: str
    id: str = ""


class Facts:
    """Sorts wishes by the facts they are about; `whole_log` keeps all events together."""

    def __init__(self, setting: Setting, *, whole_log: bool) -> None:
        self.setting = setting
        self.whole_log = whole_log

    def key(self, wish: Wish) -> Key:  # noqa: PLR0911 - one answer per kind of leaf
        """Return what a leaf is about."""
        match wish.condition:
            case AttributeIs(attribute=attribute):
                declared = self.setting.program.attributes.get(attribute.id)
                if declared is not None and declared.computed is not None:
                    return self._log(declared.computed.event)
                return Key("attribute", attribute.id)
            case EventHappened(event=event) | EventMissing(not_event=event):
                return self._log(event)
            case FirstEvent(first_event=event) | LastEvent(last_event=event):
                return self._log(event)
            case TriggerProperty() if wish.frame.deed is not None:
                return self.key_of_deed(wish.frame.deed)
            case Raw() | RfmIs() as leaf:
                return Key("answer", answer.key(leaf))
        return _KEYS[type(wish.condition)](wish.condition)

    def key_of_deed(self, number: int) -> Key:
        """Return the facts that a deed belongs to."""
        deed = self.setting.deeds[number]
        if deed.kind == "event":
            return Key("log", "" if self.whole_log else deed.subject)
        if deed.kind in ("attribute", "list"):
            return Key(deed.kind, deed.subject)
        return Key("deed", str(number))

    def _log(self, event: Ref) -> Key:
        return Key("log", "" if self.whole_log else event.id)

    def find(self, key: Key, wishes: list[Wish]) -> Draft | None:
        """Return facts that meet the wishes of one key, None if none were found."""
        setting = self.setting
        numbers = [n for n in range(len(setting.deeds)) if self.key_of_deed(n) == key]
        if key.kind == "log":
            return LogSearch(setting, wishes, numbers).solve()
        if key.kind == "deed":
            return static_fit.fit_deed(setting, wishes, numbers[0])
        changing = _COURSES.get(key.kind)
        if changing is not None:
            return changing(setting, key.id, wishes, [setting.deeds[n] for n in numbers])
        return _FACTS[key.kind](setting, wishes)


def _topic(leaf: ConsentIs) -> str:
    return leaf.consent.id if leaf.topic is None else f"{leaf.consent.id}.{leaf.topic.id}"


def price(wish: Wish) -> int:
    """Return what a leaf costs: facts that are there anyway nothing, passages and sends much."""
    leaf, truth = wish.condition, wish.truth
    if isinstance(leaf, EventMissing):
        truth = not truth
    if isinstance(leaf, MessageReaction | ChannelReaction | InChain):
        return 20 if truth else 1
    if isinstance(leaf, Raw | RfmIs):
        return 3
    return 2 if truth else 0


def _fit_answers(_setting: Setting, wishes: list[Wish]) -> Draft | None:
    truths = {wish.truth for wish in wishes}
    if len(truths) > 1:
        return None
    asked = [(one.condition, one.truth) for one in wishes if isinstance(one.condition, Raw | RfmIs)]
    return Draft(answers={answer.key(leaf): truth for leaf, truth in asked})


def _fit_passage(setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Accept not being in a chain; being in one is a need that only a passage meets."""
    made, state = Draft(), State(customer=Customer())
    for wish in wishes:
        leaf = wish.condition
        own = isinstance(leaf, InChain) and leaf.in_chain.id == wish.frame.chain
        if not own and holds(leaf, setting.view(wish, state)) != wish.truth:
            made.needs.append(Need(wish.frame.moment, leaf))
    return None if made.needs and len(wishes) > len(made.needs) else made


_KEYS: dict[type, Callable[..., Key]] = {
    ConsentIs: lambda leaf: Key("consent", _topic(leaf)),
    Reachable: lambda leaf: Key("channel", leaf.reachable.id),
    Suppressed: lambda leaf: Key("channel", leaf.suppressed.id),
    InList: lambda leaf: Key("list", leaf.list.id),
    InSegment: lambda _: Key("unknown"),
    MessageReaction: lambda _: Key("reaction"),
    ChannelReaction: lambda _: Key("reaction"),
    InChain: lambda leaf: Key("chain", leaf.in_chain.id),
    InExperiment: lambda leaf: Key("variant", leaf.experiment.id),
    InPlace: lambda _: Key("place"),
    OnDevice: lambda _: Key("device"),
    HasRelated: lambda leaf: Key("related", leaf.related.id),
    RandomShare: lambda _: Key("bucket"),
    InOrder: lambda _: Key("log"),
    NowIs: lambda _: Key("now"),
    StepResult: lambda _: Key("run"),
    TriggerProperty: lambda _: Key("run"),
}
_COURSES: dict[str, Callable[..., Draft | None]] = {
    "attribute": timeline_fit.fit_attribute,
    "consent": timeline_fit.fit_consent,
    "channel": timeline_fit.fit_channel,
    "list": timeline_fit.fit_list,
}
_FACTS: dict[str, Callable[[Setting, list[Wish]], Draft | None]] = {
    "answer": _fit_answers,
    "bucket": static_fit.fit_bucket,
    "chain": _fit_passage,
    "device": static_fit.fit_devices,
    "now": static_fit.as_it_is,
    "place": static_fit.fit_place,
    "reaction": fit_reactions,
    "related": static_fit.fit_related,
    "run": static_fit.accept,
    "unknown": static_fit.as_it_is,
    "variant": static_fit.fit_variant,
}
