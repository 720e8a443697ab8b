"""Environments: put their values in before the program is built, and check all of them at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.document import (
    absent,
    environments,
    interpolate,
    overlaid,
    read,
    shared,
    variables,
)
from crmspec.engine.error import UnknownEnvironmentError
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec import document
    from crmspec.diagnostics import Diagnostic, Severity
    from crmspec.document.given import Given
    from crmspec.document.node import Entry
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.source import Source, Span

_Key = tuple[str, "Span", str, "Severity"]
_Found = tuple[list["document.Mapping"], dict[str, "Given"], list["Diagnostic"]]


def chosen(documents: Iterable[document.Mapping], name: str | None, *, whole: bool) -> Entry | None:
    """Return the environment of a name; None if none is asked for, or it may be in what is unread.

    Raises:
        UnknownEnvironmentError: the project has none of this name.
    """
    if name is None:
        return None
    known = environments(documents)
    if name in known or not whole:
        return known.get(name)
    near = nearest(name, known)
    if near:
        hint = text("did you mean `{name}`?", name=near)
    elif known:
        listed = ", ".join(f"`{one}`" for one in known)
        hint = text("the environments are {known}", known=listed)
    else:
        hint = text("the project has none: write them under `environments:`")
    raise UnknownEnvironmentError(text("there is no environment `{name}`", name=name), hint)


def settled(
    documents: list[document.Mapping],
    sources: Mapping[str, Source],
    environment: Entry | None,
    memory: Memory,
) -> _Found:
    """Return the documents as they are in an environment, the variables, and what is wrong."""
    known = environments(documents)
    given, findings = variables(documents, environment, known)
    values = {name: one.value for name, one in given.items()}
    declared: list[object] = [one.child("vars") for one in documents if one.child("vars")]
    declared.append(environment)
    filled: list[document.Mapping] = []
    for item in documents:
        make = partial(interpolate, [item], values, sources)
        made, wrong = memory.recall("variables", (item, *declared), make)
        filled.extend(made)
        findings.extend(wrong)
    findings.extend(shared(documents, sources))
    here = environments(filled).get(environment.key) if environment is not None else None
    return (filled if here is None else _overlaid(filled, here, memory, findings)), given, findings


def _overlaid(
    documents: list[document.Mapping],
    environment: Entry,
    memory: Memory,
    findings: list[Diagnostic],
) -> list[document.Mapping]:
    findings.extend(absent(documents, environment))
    made: list[document.Mapping] = []
    for item in documents:
        put = partial(overlaid, item, environment)
        document_, wrong = memory.recall("overlay", (item, environment), put)
        made.append(document_)
        findings.extend(wrong)
    return made


def names(files: Mapping[str, bytes], memory: Memory) -> tuple[str, ...]:
    """Return the ids of a project's environments; most have none, which is seen at once."""
    if not any(b"environments" in data for data in files.values()):
        return ()
    found = (
        memory.recall(f"read {path}", (data,), partial(read, path, data)).documents
        for path, data in sorted(files.items())
    )
    known = tuple(environments([one for documents in found for one in documents]))
    if known:  # each has a memory of its own; this one is but for their names
        memory.turn()
    return known


def memory_of(name: str, memory: Memory) -> Memory:
    """Return what a session remembers of one environment."""
    kept = memory.left("environments")
    each: dict[str, Memory] = kept if isinstance(kept, dict) else {}
    memory.leave("environments", each)
    return each.setdefault(name, Memory())


def together(findings: Mapping[str, Iterable[Diagnostic]]) -> Iterator[Diagnostic]:
    """Yield the findings of all environments, those alike once, and say which are not in all."""
    first: dict[_Key, Diagnostic] = {}
    where: dict[_Key, list[str]] = {}
    for name, found in findings.items():
        for one in found:
            key = (one.code.id, one.label.span, one.message.english(), one.level)
            first.setdefault(key, one)
            held = where.setdefault(key, [])
            held.extend([] if name in held else [name])
    for key, one in first.items():
        if len(where[key]) == len(findings):
            yield one
        else:
            known = ", ".join(f"`{name}`" for name in where[key])
            said = text("so it is in the environment {names} only", names=known)
            yield structs.replace(one, help=(*one.help, said))


def settled_on(program: Program, environment: str | None) -> str | None:
    """Return the environment to deploy to, None if the project has none.

    Raises:
        UnknownEnvironmentError: the project has some, and none is chosen; none is proposed.
    """
    if environment is None and program.environments:
        known = ", ".join(f"`{name}`" for name in program.environments)
        raise UnknownEnvironmentError(
            text("the project has environments: {known}", known=known),
            text("say which one is meant: `--environment NAME`"),
        )
    return environment


def targets_in(program: Program, environment: str | None) -> dict[str, Target]:
    """Return the targets that an environment is deployed to."""
    here = None if environment is None else program.environments.get(environment)
    if here is None or not here.targets:
        return program.targets
    named = {one.id for one in here.targets}
    return {id_: one for id_, one in program.targets.items() if id_ in named}


def values_in(program: Program, environment: str | None) -> dict[str, object]:
    """Return the values of the variables in an environment, by name."""
    here = None if environment is None else program.environments.get(environment)
    found: dict[str, object] = {name: one.default for name, one in program.project.vars.items()}
    return found if here is None else found | here.vars
