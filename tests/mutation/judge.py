"""What a rule says of a project with a defect in it."""

from __future__ import annotations

import json
from functools import cache

from crmspec.diagnostics import Severity
from crmspec.diagnostics.evidence import Verdict
from crmspec.document import interpolate, read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.resolve import check as resolve
from crmspec.rules.registry import RULES
from crmspec.schema import validate
from crmspec.semantics import journey, machine, profile
from tests.mutation.base import BASES, Kit

CODES = tuple(f"CRM{number}" for number in range(301, 321))


class BadPlantError(AssertionError):
    """The plant itself is no project that `check` lets through."""


def program_of(files, templates):
    """Return the program; whatever is wrong with it before the rules is an error of the plant."""
    results = [read(path, data) for path, data in files.items()]
    found = [one for result in results for one in result.diagnostics]
    documents = [document for result in results for document in result.documents]
    sources = {result.source.path: result.source for result in results}
    values = {k: v for one in documents for k, v in one.data.get("vars", {}).items()}
    documents, unknown = interpolate(documents, values, sources)
    found += unknown
    found += [one for document in documents for one in validate(document).diagnostics]
    if not found:
        program = build(documents, frozenset(), dict(templates))
        found += resolve(program)
    wrong = [one for one in found if one.level is Severity.ERROR]
    if wrong:
        first = wrong[0]
        place = sources[first.label.span.path].text[first.label.span.start :][:60]
        raise BadPlantError(f"{first.code.id} {first.message.english()} at {place!r}")
    return program


def rule(code):
    """Return the rule of a code, or None if there is none."""
    return next((one for one in RULES if one.CODE.id == code), None)


def found(program, code):
    """Return what one rule finds."""
    return list(rule(code).check(Portfolio(program)))


def owner(program, span):
    """Return the id of the resource in which a place lies."""
    for _, resource in program.resources():
        whole = resource.place
        start = whole.name.start
        if whole.span.path == span.path and start <= span.start < max(whole.span.end, start + 1):
            return resource.id
    return None


def names(program, finding):
    """Return the ids of the resources that a finding is about."""
    labels = (finding.label, *finding.related)
    told = {owner(program, label.span) for label in labels}
    if finding.evidence is not None:
        told |= set(finding.evidence.chains)
    return told | {word.strip("`,.") for word in finding.message.english().split()}


def replays(files, templates, finding):
    """Say whether the journey test of a finding passes when it is run again."""
    test = finding.evidence.test
    assert test is not None, "a violated finding has no test"
    written = json.dumps({"tests": {"replayed": test}}, ensure_ascii=False).encode()
    whole = program_of({**files, "tests/replayed.test.yaml": written}, templates)
    case = whole.tests["replayed"]
    scenario = journey.scenario(whole, case)
    behaviour = profile.behaviour(whole, case.profile.id if case.profile else None)
    trace = machine.run(whole, scenario, behaviour)
    return not journey.judge(case, trace)


@cache
def clean(name, code):
    """Return what a rule finds in a base without any plant."""
    kit = Kit(name)
    program = program_of(kit.files(), kit.templates)
    return tuple(one.message.english() for one in found(program, code))


def clean_findings():
    """Yield `(base, code, messages)` for every base and rule."""
    for name in BASES:
        for code in CODES:
            if rule(code) is not None:
                yield name, code, clean(name, code)


def judged(plant, name):
    """Plant a defect into a base and return None, or in words what went wrong."""
    kit = Kit(name)
    ids = set(plant.make(kit))
    files = kit.files()
    program = program_of(files, kit.templates)
    findings = found(program, plant.code)
    findings += [one for one in resolve(program) if one.code.id in plant.instead]
    for code in plant.instead:
        findings += found(program, code) if rule(code) is not None else []
    hits = [one for one in findings if ids & names(program, one)]
    if not hits:
        told = [one.message.english() for one in findings]
        return f"not found at {sorted(ids)}; found {told}"
    for one in hits:
        evidence = one.evidence
        violated = evidence is not None and evidence.verdict is Verdict.VIOLATED
        if violated and not replays(files, kit.templates, one):
            return f"does not replay: {one.message.english()}"
    return None
