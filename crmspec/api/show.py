"""`show`: the program as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmspec.api.check import check_path
from crmspec.diagnostics.suggestion import nearest
from crmspec.ir import KEYS, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crmspec.ir import Program, Resource
    from crmspec.ir.place import Place
    from crmspec.ir.value import Plain
    from crmspec.source import Source


@dataclass(frozen=True)
class Shown:
    """What to print, or why there is nothing."""

    data: Plain = None
    errors: int = 0
    missing: str | None = None


def show(path: Path | None, address: str | None, *, spans: bool) -> Shown:
    """Return the whole program, or the resource at `kind.id`, as plain data."""
    result = check_path(path)
    errors = sum(finding.level == "error" for finding in result.report.findings)
    locate = _locate(result.report.sources) if spans else None
    if address is None:
        return Shown(_whole(result.program, locate), errors)
    kind, _, id_ = address.partition(".")
    if kind not in KEYS or not id_:
        return Shown(missing=_no_address(address, result.program))
    found = result.program.find(kind, id_)
    if found is None:
        close = nearest(id_, getattr(result.program, KEYS[kind]))
        hint = f"; did you mean {kind}.{close}?" if close else ""
        return Shown(missing=f"there is no {address}{hint}")
    return Shown(_one(kind, found, locate), errors)


def _no_address(address: str, program: Program) -> str:
    """Say what an address looks like, and which the reader may have meant."""
    key, _, id_ = address.partition(".")
    meant = [f"{kind}.{one.id}" for kind, one in program.resources() if one.id == (id_ or key)]
    hint = f"; did you mean {' or '.join(meant)}?" if meant else ""
    return f"an address is KIND.ID, such as chain.welcome; not {address}{hint}"


def _whole(program: Program, locate: Locate | None) -> Plain:
    data: dict[str, object] = {"project": plain(program.project, locate)}
    if program.identity is not None:
        data["identity"] = plain(program.identity, locate)
    for kind, item in program.resources():
        block = data.setdefault(KEYS[kind], {})
        if isinstance(block, dict):
            block[item.id] = plain(item, locate)
    return data


def _one(kind: str, item: Resource, locate: Locate | None) -> Plain:
    return {"address": f"{kind}.{item.id}", **plain(item, locate)}


def _locate(sources: Mapping[str, Source]) -> Locate:
    def locate(place: Place) -> Plain:
        span = place.span
        source = sources.get(span.path)
        if source is None:
            return None
        start, end = source.position(span.start), source.position(span.end)
        return {
            "file": span.path,
            "start": {"line": start.line, "column": start.column},
            "end": {"line": end.line, "column": end.column},
        }

    return locate


if TYPE_CHECKING:
    from collections.abc import Callable

    Locate = Callable[[Place], Plain]
