"""Stages that came to nothing, kept with what was seen: another aim need not play them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from crmspec.logic.witness import TRIES, enact

if TYPE_CHECKING:
    from crmspec.logic.cast import Entrance, Stage
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Trace

Key: TypeAlias = "tuple[tuple[Entrance, ...], tuple[str, ...], str, int, tuple[object, ...]]"


class Rehearsals:
    """Plays stages for the rules of one portfolio."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self._failed: dict[Key, tuple[Trace, ...]] = {}

    def enact(self, stage: Stage, tries: int = TRIES, words: str = "") -> Witness | None:
        """Return what `witness.enact` does for a stage of entrances, wanted steps and extra events.

        Until an aim is met it does not decide what is played: where none of the timelines of a
        failed stage meets it, the same stage fails again. With `words` for the aim, a run before
        may have found it (`Portfolio.enact`).
        """
        mailed = (stage.occasions, stage.starts, stage.zone, str(stage.extra))
        key = (stage.entrances, tuple(sorted(stage.wanted)), stage.start_local, tries, mailed)
        if key in self._failed and not any(map(stage.aim, self._failed[key])):
            return None
        seen: list[Trace] = []

        def aim(trace: Trace) -> bool:
            seen.append(trace)
            return stage.aim(trace)

        watched = replace(stage, aim=aim)
        if words:
            witness = self.portfolio.enact(watched, words, tries)
        else:
            witness = enact(self.portfolio, watched, tries)
        if witness is None and seen:
            self._failed[key] = tuple(seen)
        return witness
