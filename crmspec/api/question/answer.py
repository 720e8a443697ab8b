"""What every question is answered with, and the project that is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmspec.api.examine import behaviour_of
from crmspec.api.simulate import sound
from crmspec.api.unknown import UnknownNameError
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.diagnostics.suggestion import nearest
from crmspec.ir import KEYS
from crmspec.logic.portfolio import Portfolio

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crmspec.diagnostics import Text
    from crmspec.ir import Program
    from crmspec.logic.witness import Witness
    from crmspec.source import Source


@dataclass(frozen=True)
class Answer:
    """A verdict in words, what it stands on, and further lines to print below."""

    words: Text
    evidence: Evidence
    more: tuple[Text, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class Project:
    """A project without errors, under one behaviour."""

    portfolio: Portfolio
    sources: Mapping[str, Source]

    @classmethod
    def at(cls, path: Path | None, profile: str | None = None) -> Project:
        """Read a project.

        Raises:
            BrokenInputError: it has errors.
            UnknownProfileError: it has no such profile.
            NothingToReadError: there is no project.
        """
        result = sound(path)
        behaviour = behaviour_of(result.program, profile)
        return cls(Portfolio(result.program, behaviour), result.report.sources)

    @property
    def program(self) -> Program:
        """Return the program that is asked about."""
        return self.portfolio.program

    def need(self, kind: str, id_: str) -> None:
        """Insist that there is a resource.

        Raises:
            UnknownNameError: there is none.
        """
        known = getattr(self.program, KEYS[kind])
        if id_ not in known:
            raise UnknownNameError(kind, id_, nearest(id_, known))

    def proved(self, words: Text, *reasons: Text, chains: tuple[str, ...] = ()) -> Answer:
        """Answer with a proof."""
        profile = self.portfolio.behaviour.name
        evidence = Evidence(verdict=Verdict.PROVED, chains=chains, profile=profile)
        return Answer(words, evidence, reasons, self.sources)

    def open(self, words: Text, *reasons: Text, undecided: bool = False) -> Answer:
        """Answer that it could not be shown."""
        verdict = Verdict.UNDECIDED if undecided else Verdict.POSSIBLE
        evidence = Evidence(verdict=verdict, profile=self.portfolio.behaviour.name)
        return Answer(words, evidence, reasons, self.sources)

    def shown(self, words: Text, witness: Witness, *more: Text) -> Answer:
        """Answer with a timeline that was replayed."""
        from crmspec.logic.evidence import evidence

        return Answer(words, evidence(self.portfolio, witness), more, self.sources)
