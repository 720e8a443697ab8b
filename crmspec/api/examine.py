"""Run the rules over a program: which, under which behaviour, and what each of them costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec import field

from crmspec.diagnostics.evidence import Verdict
from crmspec.logic.portfolio import Portfolio
from crmspec.semantics.behaviour import REFERENCE
from crmspec.source.record import Record, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.api.beside import Beside
    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.ir import Program
    from crmspec.rules.rule import Rule
    from crmspec.semantics.behaviour import Behaviour
    from crmspec.source import Memory, Source


class UnknownProfileError(Exception):
    """There is no such profile; `known` are those there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class Wanted(Value, frozen=True):
    """Which rules to run (None: all), and the profile (id or built-in base) to judge under."""

    rules: Sequence[Rule] | None = None
    profile: str | None = None
    proofs: bool = True


EVERYTHING = Wanted()
_SHARED = "CRM402"
"""The first rule that looks at messages one by one."""
READ_ONLY = Wanted(rules=(), proofs=False)
"""Read and resolve, and run no rules."""


class Cost(Value, frozen=True):
    """What a rule took: seconds of processor time, findings, and those of them left undecided."""

    code: str
    slug: str
    seconds: float
    findings: int
    undecided: int


class Examined(Record):
    """What the rules gave."""

    portfolio: Portfolio
    findings: list[Diagnostic] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    proofs: tuple[Text, ...] = ()
    undecided: tuple[Text, ...] = ()


def examine(
    program: Program,
    memory: Memory,
    wanted: Wanted,
    sources: Mapping[str, Source] | None = None,
    *,
    alone: bool = True,
) -> Examined:
    """Run the wanted rules in order; `sources` are the files of the program.

    If it need not do so `alone`, a second process looks at the messages of a large project.

    Raises:
        UnknownProfileError: the project has no such profile.
    """
    portfolio = Portfolio(program, behaviour_of(program, wanted.profile), memory, sources)
    done = Examined(portfolio)
    rules = _every() if wanted.rules is None else wanted.rules
    other = None if alone else _beside(portfolio, rules)
    for rule in rules:
        started, elsewhere = time.process_time(), 0.0
        if other is not None and rule.CODE.id == _SHARED:
            elsewhere = other.join()
        found = list(rule.check(portfolio))
        seconds = time.process_time() - started + elsewhere
        done.findings.extend(found)
        undecided = sum(map(_is_undecided, found))
        done.costs.append(Cost(rule.CODE.id, rule.CODE.slug, seconds, len(found), undecided))
    if wanted.proofs:
        done.proofs, done.undecided = _proofs(portfolio, done.findings)
    return done


def _every() -> Sequence[Rule]:
    """Return all rules; commands that run none do without reading them."""
    from crmspec.rules.registry import RULES

    return RULES


def _beside(portfolio: Portfolio, rules: Sequence[Rule]) -> Beside | None:
    """Start a second process if it saves time."""
    if all(rule.CODE.id != _SHARED for rule in rules):
        return None
    from crmspec.api.beside import Beside, is_worth

    return Beside(portfolio.wording) if is_worth(portfolio.wording) else None


def _proofs(
    portfolio: Portfolio, findings: list[Diagnostic]
) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """Return what is proved of the frequency rules, and what is left open."""
    from crmspec.logic.proof import proofs, undecided

    return proofs(portfolio), undecided(portfolio, findings)


def behaviour_of(program: Program, profile: str | None) -> Behaviour:
    """Return the behaviour of a profile, or the reference.

    Raises:
        UnknownProfileError: the project has no such profile, nor is it a built-in one.
    """
    if profile is None:
        return REFERENCE
    from crmspec.semantics.profile import BASES, behaviour

    if profile not in program.profiles and profile not in BASES:
        raise UnknownProfileError(profile, tuple(sorted({*program.profiles, *BASES})))
    return behaviour(program, profile)


def _is_undecided(finding: Diagnostic) -> bool:
    return finding.evidence is not None and finding.evidence.verdict is Verdict.UNDECIDED
