"""`run`: one customer's timeline, from a script of events, a witness, or made up for a chain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.api.check import check_path
from crmspec.api.examine import READ_ONLY, Wanted, behaviour_of
from crmspec.api.script import Cast, Page, moment, parse
from crmspec.api.unknown import UnknownNameError
from crmspec.diagnostics.suggestion import nearest
from crmspec.logic.saved import expected
from crmspec.rules.registry import RULES
from crmspec.semantics.clock import named
from crmspec.semantics.journey import AFTERWARDS, scenario
from crmspec.semantics.machine import run
from crmspec.semantics.timeline import lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crmspec.api.check import CheckResult
    from crmspec.diagnostics import Text
    from crmspec.diagnostics.evidence import Evidence, Line
    from crmspec.diagnostics.report import Report
    from crmspec.ir import Program
    from crmspec.semantics.scenario import Customer, Scenario
    from crmspec.semantics.trace import Trace
    from crmspec.source import Source


class BrokenInputError(Exception):
    """The project or the script has errors: `report` tells them."""

    def __init__(self, report: Report) -> None:
        super().__init__("there are errors")
        self.report = report


class NoWayInError(Exception):
    """No customer was found for whom the chain begins."""

    def __init__(self, chain: str) -> None:
        super().__init__(chain)
        self.chain = chain


class EarlyEndError(Exception):
    """The timeline would end before it starts."""


@dataclass(frozen=True)
class Request:
    """What to run: chains (all if empty), files, a persona, a profile, a start and an end."""

    chains: tuple[str, ...] = ()
    events: Path | None = None
    customer: str | None = None
    customer_file: Path | None = None
    profile: str | None = None
    start: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Simulation:
    """A timeline, with the places it speaks of and what is worth saying about the customer."""

    timeline: tuple[Line, ...]
    trace: Trace
    profile: str
    sources: Mapping[str, Source]
    who: tuple[Text, ...] = ()
    report: Report | None = field(default=None)
    strayed: bool = False
    """Whether the timeline of a witness does not come out as it was found."""


def simulate(project: Path | None, request: Request, *, waits: bool = False) -> Simulation:
    """Run a script, or without one a customer made up for the first chain.

    Raises:
        BrokenInputError: the project or the script has errors.
        UnknownNameError: there is no such chain or persona.
        NoWayInError: nobody was found for whom the chain begins.
        EarlyEndError: the end is before the start.
        UnknownProfileError: there is no such profile.
        OSError: a file cannot be read.
        NothingToReadError: there is no project.
    """
    result = sound(project)
    program = result.program
    for id_ in request.chains:
        if id_ not in program.chains:
            raise UnknownNameError("chain", id_, nearest(id_, program.chains))
    if request.customer is not None and request.customer not in program.personas:
        close = nearest(request.customer, program.personas)
        raise UnknownNameError("persona", request.customer, close)
    if request.events is None and request.customer is None and request.customer_file is None:
        return _made_up(result, request, waits=waits)
    return _scripted(result, _pages(request), request, waits=waits)


def sound(project: Path | None) -> CheckResult:
    """Read a project without running the rules.

    Raises:
        BrokenInputError: it has errors.
        NothingToReadError: there is no project.
    """
    result = check_path(project, READ_ONLY)
    if result.failed or result.lost:
        raise BrokenInputError(result.report)
    return result


def _pages(request: Request) -> list[Page]:
    pages = []
    if request.events is not None:
        pages.append(Page(str(request.events), request.events.read_bytes()))
    if request.customer_file is not None:
        path = request.customer_file
        pages.append(Page(str(path), path.read_bytes(), "customer"))
    return pages


def _scripted(
    result: CheckResult, pages: list[Page], request: Request, *, waits: bool
) -> Simulation:
    program = result.program
    behaviour = behaviour_of(program, request.profile)
    cast = Cast(request.customer, request.chains, None, request.start, request.until)
    script = parse(program, pages, cast)
    if script.test is None:
        raise BrokenInputError(script.report)
    if request.profile is None and script.test.profile is not None:
        behaviour = behaviour_of(program, script.test.profile.id)
    trace = run(program, _lasting(scenario(program, script.test)), behaviour)
    sources = {**result.report.sources, **script.report.sources}
    told = lines(trace, waits=waits)
    return Simulation(told, trace, behaviour.name, sources, report=script.report)


def _made_up(result: CheckResult, request: Request, *, waits: bool) -> Simulation:
    """Run a customer for whom the chain begins and who can be reached everywhere."""
    from crmspec.logic.evidence import who
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Entrance, Stage, enact, replay

    portfolio = Portfolio(result.program, behaviour_of(result.program, request.profile))
    chain = request.chains[0]

    def begun(trace: Trace) -> bool:
        return any(entry.chain == chain for entry in trace.of("enter"))

    for number in range(len(result.program.chains[chain].trigger)):
        witness = enact(portfolio, Stage((Entrance(chain, number, 0),), begun), small=False)
        if witness is not None:
            opened = _lasting(_open(result.program, witness.scenario, request))
            trace = replay(portfolio, opened)
            facts = tuple(who(portfolio, opened))
            told = lines(trace, waits=waits)
            name = portfolio.behaviour.name
            return Simulation(told, trace, name, result.report.sources, facts)
    raise NoWayInError(chain)


def _lasting(scenario: Scenario) -> Scenario:
    """Return a scenario that does not end before it starts."""
    if scenario.until < scenario.start:
        raise EarlyEndError
    return scenario


def _open(program: Program, staged: Scenario, request: Request) -> Scenario:
    """Let all messages of the chains through, and go on until they have ended."""
    from crmspec.logic.cast import permissions

    chains = request.chains
    consents, channels = permissions(program, chains)
    customer = structs.replace(
        staged.customer,
        consents={**consents, **staged.customer.consents},
        reachable=staged.customer.reachable | channels,
    )
    until = staged.until + AFTERWARDS
    if request.until is not None:
        place = named(customer.timezone or program.project.timezone)
        until = moment(request.until, staged.start, place) or until
    return structs.replace(staged, customer=customer, until=until, chains=frozenset(chains))


def customer_of(program: Program, name: str, file: Path) -> Customer:
    """Return the customer of a file that is there, or else of the persona of that name.

    Raises:
        BrokenInputError: the file has errors.
        UnknownNameError: there is neither.
        OSError: the file cannot be read.
    """
    is_file = file.is_file()
    if not is_file and name not in program.personas:
        raise UnknownNameError("persona or file", name, nearest(name, program.personas))
    pages = [Page(name, file.read_bytes(), "customer")] if is_file else []
    script = parse(program, pages, Cast(None if is_file else name))
    if script.test is None:
        raise BrokenInputError(script.report)
    return scenario(program, script.test).customer


def rerun(project: Path | None, name: str, profile: str | None, *, waits: bool) -> Simulation:
    """Find a witness by its name, checking the project anew, and run it.

    Raises:
        UnknownNameError: no finding has that witness any more.
        BrokenInputError: the project has errors that hide scenarios.
        UnknownProfileError: there is no such profile.
        NothingToReadError: there is no project.
    """
    code = name.partition("-")[0].upper()
    rules = tuple(rule for rule in RULES if code == rule.CODE.id)
    result = check_path(project, Wanted(rules, profile, proofs=False))
    if result.lost:
        raise BrokenInputError(result.report)
    found = _evidence(result, name)
    test = found.test or {}
    page = Page(f"{name}.test.yaml", written(name, test).encode())
    done = _scripted(result, [page], Request(profile=profile or _other(found)), waits=waits)
    strayed = expected(done.trace) != test.get("expect")
    return replace(done, who=found.who, report=None, strayed=strayed)


def _other(evidence: Evidence) -> str | None:
    return None if evidence.profile == "reference" else evidence.profile


def _evidence(result: CheckResult, name: str) -> Evidence:
    examined = result.examined
    findings = examined.findings if examined is not None else []
    known = [f.evidence for f in findings if f.evidence is not None and f.evidence.test is not None]
    for one in known:
        if one.replay is not None and one.replay.casefold() == name.casefold():
            return one
    names = [one.replay for one in known if one.replay is not None]
    raise UnknownNameError("witness", name, nearest(name, names))


def id_of(name: str) -> str:
    """Return the id of the test that keeps a witness: its name in small letters."""
    return name.lower().replace("-", "_")


def written(name: str, test: Mapping[str, object], comment: str = "") -> str:
    """Return a file with one journey test, after a comment."""
    import yaml

    body = yaml.safe_dump(
        {"tests": {id_of(name): dict(test)}}, allow_unicode=True, sort_keys=False, width=100
    )
    return f"{comment}{body}"
