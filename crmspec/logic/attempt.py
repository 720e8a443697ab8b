"""One attempt at a stage: build a scenario, run it, look what it lacked, and build it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.ir.trigger import ChainTrigger, InactionTrigger, MessageTrigger
from crmspec.logic import absence, holdout, lead
from crmspec.logic.cast import DAY, Choices, Entrance, customer, scenario
from crmspec.logic.occasion import wishes as occasion_wishes
from crmspec.logic.staging import merged, stage
from crmspec.logic.steering import DEFAULTS, Steer, Trip, steer
from crmspec.logic.synthesis import synthesise
from crmspec.logic.wish import Frame, Setting, Wish
from crmspec.semantics import clock
from crmspec.semantics.index import EVERY
from crmspec.semantics.same import Same
from crmspec.semantics.scenario import Reaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.trigger import Trigger
    from crmspec.logic.cast import Stage
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.staging import Staged
    from crmspec.logic.wish import Deed, Draft, Need
    from crmspec.semantics.scenario import Happening, Moment, Scenario
    from crmspec.semantics.trace import Entry, Trace

ROUNDS = 8
"""Work units: so often the run is looked at and asked for more."""
BEFORE = 30
MAILED = 8
"""A run goes on for so many days after a broadcast, as the gate may hold it."""
DEEPEST = 3
"""A passage may need another passage first, and that one a third."""


class Attempt:
    """A stage at one starting time; `depth` counts passages that others need."""

    def __init__(self, portfolio: Portfolio, wanted: Stage, start: Moment, depth: int = 0) -> None:
        self.portfolio = portfolio
        self.program = portfolio.program
        self.stage = wanted
        self.start = start
        self.depth = depth
        self.zone = clock.named(wanted.zone or self.program.project.timezone)
        self.entrances = list(wanted.entrances)
        self.wishes: list[Wish] = []
        self.deeds: list[Deed] = []
        self.choices = Choices(waits=dict(wanted.waits), reactions=list(wanted.reactions))
        self.sends: tuple[Entry, ...] = ()
        self.met: set[str] = set()
        self.numbers: dict[int, int | None] = {}
        self.outside: dict[str, Condition] = {}
        self.known = False
        self.entered: set[str | None] = set()

    def play(self) -> tuple[Scenario, Trace] | None:
        """Return a scenario that meets the aim, and its trace."""
        played = self._play()
        if played is None and any(map(self._is_silence, self.entrances)):
            self.known = True  # the events of the past would have ended the silence of a profile
            played = self._play()
        return played

    def _is_silence(self, entrance: Entrance) -> bool:
        """Say whether a silence did not begin that may also be that of a profile."""
        if entrance.chain in self.entered:
            return False
        trigger = self.program.chains[entrance.chain].trigger[entrance.trigger]
        return isinstance(trigger, InactionTrigger) and trigger.after is None

    def _play(self) -> tuple[Scenario, Trace] | None:
        for _ in range(ROUNDS):
            made = self._build()
            if made is None:
                return None
            trace = self.portfolio.machine.run(made)
            if self.stage.is_met(trace):
                return made, trace
            self.sends = trace.sends()
            self.entered = {entry.chain for entry in trace.of("enter")}
            if not self._go_on(trace):
                return None
        return None

    def moment(self, entrance: Entrance) -> Moment:
        """Return when an entrance is to happen."""
        return self.start + entrance.at

    def _build(self) -> Scenario | None:
        """Return the scenario of everything that is asked for so far."""
        staged = self._staged()
        draft = next(filter(None, (self._draft(staged, *one) for one in self._told(staged))), None)
        if draft is None:
            return None
        added = [self._meet(need) for need in draft.needs]
        if any(added):
            return self._build()
        return self._scenario(draft, staged)

    def _told(self, staged: list[Staged]) -> Iterator[tuple[list[Deed], list[int]]]:
        """Yield what happens: one event for all that it brings about, or several in one minute."""
        own = [deed for one in staged for deed in one.deeds]
        kept, numbers = merged([*own, *self.deeds])
        yield kept, numbers
        some, numbers = merged(own)
        if len(some) + len(self.deeds) > len(kept):
            yield [*some, *self.deeds], numbers
        yield [*own, *self.deeds], list(range(len(own)))

    def _begin(self, staged: list[Staged]) -> Moment:
        """Return when the timeline begins; what time alone brings is seen only after that."""
        times = [self.moment(entrance) for entrance in self.entrances]
        begin = min((*times, *(one.begins for one in self.stage.occasions)))
        timely = self.stage.occasions or any(not one.deeds for one in staged)
        return begin - BEFORE if timely else begin

    def _draft(self, staged: list[Staged], deeds: list[Deed], numbers: list[int]) -> Draft | None:
        """Return the facts that the triggers, audiences and steps ask for."""
        self._number(staged, numbers)
        wishes = [
            *self._audiences(),
            *self._spared(),
            *(wish for one in staged for wish in one.wishes),
        ]
        for occasion in self.stage.occasions:
            wishes += occasion_wishes(self.program, occasion)
        setting = Setting(self.program, self.zone, self._begin(staged), tuple(deeds), self.sends)
        return synthesise(setting, [*wishes, *self.wishes])

    def _staged(self) -> list[Staged]:
        """Return what the triggers ask; those of other passages add an entrance there."""
        made = []
        for entrance in list(self.entrances):
            chain = self.program.chains[entrance.chain]
            trigger = chain.trigger[entrance.trigger]
            one = self._stage(trigger, chain, entrance)
            if one.needs is not None and f"{entrance}" not in self.met:
                self.met.add(f"{entrance}")
                self._follow(one.needs, entrance)
            made.append(one)
        for entrance in self.entrances[len(made) :]:
            chain = self.program.chains[entrance.chain]
            trigger = chain.trigger[entrance.trigger]
            made.append(self._stage(trigger, chain, entrance))
        return made

    def _stage(self, trigger: Trigger, chain: Chain, entrance: Entrance) -> Staged:
        moment = self.moment(entrance)
        return stage(self.program, trigger, chain, moment, self.zone, known=self.known)

    def _number(self, staged: list[Staged], numbers: list[int]) -> None:
        """Remember the deed that starts each entrance."""
        place = 0
        for position, one in enumerate(staged):
            self.numbers[position] = numbers[place] if one.deeds else None
            place += len(one.deeds)

    def _audiences(self) -> list[Wish]:
        made = []
        for position, entrance in enumerate(self.entrances):
            chain = self.program.chains[entrance.chain]
            if chain.audience is not None:
                moment = self.moment(entrance)
                frame = Frame(moment, chain.id, moment, self.numbers.get(position))
                made.append(Wish(frame, chain.audience, owner=f"chain {chain.id}"))
        return made

    def _spared(self) -> Iterator[Wish]:
        """Yield that nobody holds the customer out of what they come into (semantics 6.28, 8.5)."""
        entered = dict.fromkeys(one.chain for one in self.entrances)
        for share in holdout.shares(self.program, entered, self.start):
            yield Wish(Frame(self.start), share, truth=False)

    def _scenario(self, draft: Draft, staged: list[Staged]) -> Scenario:
        for one in staged:
            draft.attributes.update(one.attributes)
            draft.created.extend(() if one.created is None else (one.created,))
        for happening in self.stage.extra:
            draft.happenings.append(_moved(happening, self.start))
        for happening in self.stage.before:
            _bring(draft, _moved(happening, self.start))
        someone = customer(self.program, draft, self._sources(), self.stage.zone)
        if self.choices.locale is not None:
            someone = msgspec.structs.replace(someone, locale=self.choices.locale)
        return scenario(someone, draft, self.choices, self._begin(staged), self._until())

    def _sources(self) -> list[str]:
        """Return the chains entered, or wanted, and the broadcasts that the customer is to get."""
        found = [one.chain for one in self.entrances]
        found += (path.partition(".steps.")[0] for path in self.stage.wanted)
        return list(dict.fromkeys((*found, *(one.broadcast for one in self.stage.occasions))))

    def _until(self) -> Moment:
        """Return when the run may end."""
        ends = [one.moment + MAILED * DAY for one in self.stage.occasions]
        if self.entrances:
            last = max(self.moment(entrance) for entrance in self.entrances)
            ends.append(last + self._days() * DAY)
        return max(ends)

    def _days(self) -> int:
        if self.stage.days is not None:
            return self.stage.days
        chains = {entrance.chain for entrance in self.entrances}
        return max(lead.days(Same(self.program.chains[id_])) for id_ in chains)

    def _follow(self, trigger: ChainTrigger | MessageTrigger, entrance: Entrance) -> None:
        """Let another passage fire a trigger at the right moment."""
        self.portfolio.machine.index.asked.add(EVERY)
        if self.depth >= DEEPEST:
            return
        if isinstance(trigger, ChainTrigger):
            found = lead.to_state(self.portfolio, trigger.chain.id, trigger.state, self.depth + 1)
        else:
            found = lead.to_message(self.portfolio, trigger.message.id, None, self.depth + 1)
        if found is None:
            return
        delay = 0
        if isinstance(trigger, MessageTrigger):
            delay = DEFAULTS.get(trigger.reaction, 10)
            self.choices.reactions.append(
                Reaction(
                    message=trigger.message.id,
                    reaction=trigger.reaction,
                    after=delay,
                    link=trigger.link,
                )
            )
        self._enter_before(found, self.moment(entrance) - delay)

    def _enter_before(self, found: lead.Lead, moment: Moment) -> None:
        """Add the entrance of a passage that comes to where it is needed at a moment."""
        at = moment - found.minutes - self.start
        self.entrances.append(Entrance(found.chain, found.trigger, at))
        self.choices.arms.update(found.arms)
        self.choices.reactions.extend(found.reactions)

    def _meet(self, need: Need) -> bool:
        """Add the passage that a condition asks for, once."""
        self.portfolio.machine.index.asked.add(EVERY)
        name = f"{need.moment} {need.condition}"
        if name in self.met or self.depth >= DEEPEST:
            return False
        self.met.add(name)
        found = lead.to_need(self.portfolio, need.condition, self.depth + 1)
        if found is None:
            return False
        self._enter_before(found, need.moment - lead.MARGIN)
        return True

    def _go_on(self, trace: Trace) -> bool:
        """Ask for what the run lacked; say whether there is something new to try."""
        changed = bool(self.met) and self._has_reaction_wishes()
        for path in self.stage.wanted:
            for trip in self._trips(path, trace):
                step = steer(trip, path, trace)
                if step is not None and self._add(step):
                    changed = True
        return changed or self._hush(trace)

    def _hush(self, trace: Trace) -> bool:
        """Keep the customer out of broadcasts that took the room of other messages."""
        chains = self._sources()
        staged = {one.broadcast for one in self.stage.occasions}
        wishes = []
        for id_, moment in absence.in_the_way(self.portfolio, trace):
            if id_ in staged:
                continue
            known = self.outside.get(id_)
            if known is None:
                broadcast = self.program.broadcasts[id_]
                known = self.outside[id_] = absence.outside(self.program, broadcast, chains)
            wishes.append(Wish(Frame(moment), known, owner=f"broadcast {id_}"))
        return self._add(Steer(wishes=tuple(wishes)))

    def _has_reaction_wishes(self) -> bool:
        """Say whether messages that have now been sent may still be reacted to."""
        known = f"sends {len(self.sends)}"
        if known in self.met:
            return False
        self.met.add(known)
        return bool(self.sends)

    def _trips(self, path: str, trace: Trace) -> list[Trip]:
        """Return the passages of the chain of a step, as the run shows them."""
        made = []
        for entry in trace.of("enter"):
            if entry.chain is None or not path.startswith(f"{entry.chain}.steps."):
                continue
            positions = [
                position
                for position, one in enumerate(self.entrances)
                if one.chain == entry.chain and self.moment(one) == entry.moment
            ]
            deed = self.numbers.get(positions[0]) if positions else None
            chain = self.program.chains[entry.chain]
            made.append(Trip(chain, entry.passage or 0, entry.moment, deed))
        return made

    def _add(self, step: Steer) -> bool:
        """Take over what a steer asks; say whether any of it is new."""
        known = {(w.frame, id(w.condition), w.truth) for w in self.wishes}
        wishes = [w for w in step.wishes if (w.frame, id(w.condition), w.truth) not in known]
        deeds = [deed for deed in step.deeds if deed not in self.deeds]
        arms = {key: arm for key, arm in step.arms if self.choices.arms.get(key) != arm}
        reactions = [one for one in step.reactions if one not in self.choices.reactions]
        self.wishes += wishes
        self.deeds += deeds
        self.choices.arms.update(arms)
        self.choices.reactions += reactions
        fresh = step.locale is not None and step.locale != self.choices.locale
        self.choices.locale = step.locale if fresh else self.choices.locale
        return bool(wishes or deeds or arms or reactions or fresh)


def _moved(happening: Happening, start: Moment) -> Happening:
    return msgspec.structs.replace(happening, moment=start + happening.moment)


def _bring(draft: Draft, wanted: Happening) -> None:
    """Let something be so: if it changes later anyhow, by the last change of it."""
    later = [
        number
        for number, one in enumerate(draft.happenings)
        if (one.kind, one.subject) == (wanted.kind, wanted.subject) and one.moment >= wanted.moment
    ]
    if not later:
        draft.happenings.append(wanted)
        return
    last = max(later, key=lambda number: draft.happenings[number].moment)
    moment = draft.happenings[last].moment
    draft.happenings[last] = msgspec.structs.replace(wanted, moment=moment)
