"""What values the project's variables have in an environment, and where these stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.diagnostics.suggestion import nearest
from crmspec.document.codes import (
    MISSING_VALUE,
    UNKNOWN_VARIABLE,
    UNUSED_VARIABLE,
    WRONG_VALUE_TYPE,
)
from crmspec.document.node import Entry, Mapping, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Table

    from crmspec.diagnostics import Text
    from crmspec.source import Source

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
}
_A_TYPE: Final[dict[str, Text]] = {
    "boolean": text("`true` or `false`"),
    "integer": text("a whole number"),
    "number": text("a number"),
    "string": text("text"),
}
_USE: Final = re.compile(r"\$\{vars\.([^{}\s\"']*)\}")


class Given(Struct, frozen=True):
    """A variable: its declaration, and the node of its value, None if it has none that will do."""

    entry: Entry
    node: Node | None

    @property
    def value(self) -> bool | float | str | None:
        """Return the value, None if there is none."""
        data = None if self.node is None else self.node.data
        return data if isinstance(data, bool | int | float | str) else None


def environments(documents: Iterable[Mapping]) -> dict[str, Entry]:
    """Return the environments by id, in the order in which they are written."""
    found: dict[str, Entry] = {}
    for document in documents:
        section = document.child("environments")
        for entry in section if isinstance(section, Mapping) else ():
            if not entry.key.startswith("x-"):
                found.setdefault(entry.key, entry)
    return found


def variables(
    documents: Iterable[Mapping], environment: Entry | None, known: Iterable[str] = ()
) -> tuple[dict[str, Given], list[Diagnostic]]:
    """Return the project's variables, and what is wrong with their values in the environment.

    `known` are the ids of all environments; without any `environment`, defaults are the values.
    """
    declared = {entry.key: entry for document in documents for entry in _section(document)}
    here = {} if environment is None else {e.key: e for e in _section(environment.value)}
    findings = [
        _undeclared(entry, declared) for name, entry in here.items() if name not in declared
    ]
    found = {}
    for name, entry in declared.items():
        node = here[name].value if name in here else _default(entry)
        problem = _missing(entry, environment, known) if node is None else _misfit(entry, node)
        findings.extend([] if problem is None else [problem])
        found[name] = Given(entry, None if problem is not None else node)
    return found, findings


def _section(node: Node) -> Iterator[Entry]:
    section = node.child("vars")
    for entry in section if isinstance(section, Mapping) else ():
        if not entry.key.startswith("x-"):
            yield entry


def _default(entry: Entry) -> Node | None:
    return entry.value.child("default") if isinstance(entry.value, Mapping) else entry.value


def _undeclared(entry: Entry, declared: Table[str, Entry]) -> Diagnostic:
    near = nearest(entry.key, declared)
    hint = text("define it under `vars` in the project file, `crmspec.yaml`")
    return Diagnostic(
        code=UNKNOWN_VARIABLE,
        message=text("the variable `{name}` is not defined", name=entry.key),
        label=Label(entry.key_span),
        help=(text("did you mean `{name}`?", name=near) if near else hint,),
    )


def _missing(entry: Entry, environment: Entry | None, known: Iterable[str]) -> Diagnostic:
    if environment is None:
        names = ", ".join(f"`{name}`" for name in known)
        choose = text("choose one of {names} with `--environment`", names=names)
        return Diagnostic(
            code=MISSING_VALUE,
            message=text("the variable `{name}` has no value", name=entry.key),
            label=Label(entry.key_span),
            help=(choose if names else text("give it a `default`"),),
        )
    return Diagnostic(
        code=MISSING_VALUE,
        message=text(
            "the variable `{name}` has no value in `{environment}`",
            name=entry.key,
            environment=environment.key,
        ),
        label=Label(environment.key_span),
        related=(Label(entry.key_span, text("defined here, without a default")),),
        help=(text("give it one under `vars` there, or a `default` for all environments"),),
    )


def _misfit(entry: Entry, node: Node) -> Diagnostic | None:
    """Return a finding if a value is of another type than the variable; shapes are not ours."""
    wanted, place = _type(entry)
    if wanted is None or isinstance(node, Mapping) or not _scalar(node.data):
        return None
    kinds = _TYPES[wanted]
    if isinstance(node.data, kinds) and isinstance(node.data, bool) == (wanted == "boolean"):
        return None
    return Diagnostic(
        code=WRONG_VALUE_TYPE,
        message=text("`{name}` must be {type}", name=entry.key, type=_A_TYPE[wanted]),
        label=Label(node.span),
        related=() if place is node else (Label(place.span, text("so it is defined here")),),
        help=(text("put it in quotes"),) if wanted == "string" else (),
    )


def _scalar(data: object) -> bool:
    return isinstance(data, bool | int | float | str)


def _type(entry: Entry) -> tuple[str | None, Node]:
    """Return the type of a variable and where it is said, or by which default."""
    named = entry.value.child("type") if isinstance(entry.value, Mapping) else None
    if named is not None:
        return (named.data if named.data in _TYPES else None), named
    default = _default(entry)
    if default is None:
        return None, entry.value
    if isinstance(default.data, bool):
        return "boolean", default
    if isinstance(default.data, int | float):
        return "number", default
    return ("string" if isinstance(default.data, str) else None), default


def unused(given: Table[str, Given], sources: Table[str, Source]) -> Iterator[Diagnostic]:
    """Yield a finding for each variable that no file uses."""
    texts = [source.text for source in sources.values() if given and "${vars." in source.text]
    used = {name for text_ in texts for name in _USE.findall(text_)}
    for name, one in given.items():
        if name not in used:
            yield Diagnostic(
                code=UNUSED_VARIABLE,
                message=text("nothing uses the variable `{name}`", name=name),
                label=Label(one.entry.key_span),
                help=(
                    text(
                        "write `${{vars.{name}}}` where its value belongs, or delete it", name=name
                    ),
                ),
            )


def explained(
    findings: Iterable[Diagnostic], given: Table[str, Given], sources: Table[str, Source]
) -> list[Diagnostic]:
    """Return the findings; those at a value that is all variable say where the value stands."""
    return [_explained(one, given, sources) if given else one for one in findings]


def _explained(
    finding: Diagnostic, given: Table[str, Given], sources: Table[str, Source]
) -> Diagnostic:
    span = finding.label.span
    source = sources.get(span.path)
    written = "" if source is None else source.text[span.start : span.end].strip("\"'")
    use = _USE.fullmatch(written)
    one = given.get(use[1]) if use is not None else None
    if one is None or one.node is None:
        return finding
    value = str(one.value).lower() if isinstance(one.value, bool) else str(one.value)
    label = Label(
        one.node.span, text("`{name}` is `{value}` here", name=one.entry.key, value=value)
    )
    return replace(finding, related=(*finding.related, label))
