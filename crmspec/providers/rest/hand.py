"""What people made by hand: whether the account has something of that name, where it lists such."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.engine.codes import TARGET_REJECTED
from crmspec.lower.name import tidy

if TYPE_CHECKING:
    from crmspec.ir.value import Resource

Present: TypeAlias = Mapping[str, Callable[[], Iterable[str]]]
"""Kind → what reads the names of all such things in the account."""


class Asked(NamedTuple):
    """A resource that people made by hand, and what it is called in the account."""

    kind: str
    name: str
    node: Resource


def absent(asked: Iterable[Asked], present: Present, target: str) -> Iterator[Diagnostic]:
    """Yield what is not there under its name; a kind is read once, and only if it is asked for.

    Raises:
        TargetError: the target does not answer.
    """
    names: dict[str, set[str]] = {}
    for one in asked:
        if one.kind in present and one.kind not in names:
            names[one.kind] = {tidy(name) for name in present[one.kind]()}
        if one.kind in names and one.name not in names[one.kind]:
            yield Diagnostic(
                code=TARGET_REJECTED,
                message=text(
                    "{target} has no {kind} `{name}`", target=target, kind=one.kind, name=one.name
                ),
                label=Label(one.node.place.name),
                help=(text("its build sheet was confirmed: make it there, or call it so"),),
            )
