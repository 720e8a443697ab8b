"""Templates that say what the template language does not have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.value import Template
from crmspec.ir.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.value import Located
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.source import Span
    from crmspec.template.problem import Problem

CODE = Code("CRM402", "template-syntax", text("a template that cannot be read"), Severity.ERROR)

KIND = "template problems"
WITHOUT = frozenset({"segment", "event", "attribute"})
"""Resources in which no templates stand."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each place of a template that is not in the language."""
    wording, program = portfolio.wording, portfolio.program
    found: dict[Span, Problem] = {}
    for kind, resource in program.resources():
        if kind in WITHOUT:
            continue
        make = partial(problems, wording, resource)
        for problem in wording.memory.recall(KIND, (resource,), make):
            found.setdefault(problem.span, problem)
    for problem in _of_files(wording):
        found.setdefault(problem.span, problem)
    yield from map(_finding, found.values())


def problems(wording: Wording, resource: Located) -> tuple[Problem, ...]:
    """Return what is wrong with the templates that stand in a resource."""
    templates = (node for node in walk(resource) if isinstance(node, Template))
    return tuple(one for node in templates for one in wording.library.inline(node).problems)


def _of_files(wording: Wording) -> Iterable[Problem]:
    """Yield the problems of the template files that the project names."""
    program = wording.program
    named = {one.file for one in program.layouts.values()}
    named |= {one.file for one in program.blocks.values()}
    for message in program.messages.values():
        named |= {one.file for one in (message.content, *message.locales.values())}
    for name in sorted(filter(None, named)):
        yield from wording.library.file(name).problems


def _finding(problem: Problem) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=problem.message,
        label=Label(problem.span),
        help=(problem.help,) if problem.help is not None else (),
    )
