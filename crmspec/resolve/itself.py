"""Resources that name themselves where only another one makes sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.chain import Chain
from crmspec.ir.frequency import Tag
from crmspec.ir.step import StopChain
from crmspec.resolve.codes import SELF_REFERENCE
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.resolve.scope import Scope


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM232."""
    for step, owner in scope.every(StopChain):
        if isinstance(owner, Chain) and owner.id == step.stop_chain.id:
            yield finding(
                SELF_REFERENCE,
                step.stop_chain.place.span,
                text("`stop_chain` names the chain that it stands in"),
                text("to leave this chain, write `exit` with a reason in one word"),
            )
    for tag, _ in scope.every(Tag):
        for other in tag.incompatible:
            if other.id == tag.id:
                yield finding(
                    SELF_REFERENCE,
                    other.place.span,
                    text("the tag `{id}` is incompatible with itself", id=tag.id),
                    text("name another tag; a frequency rule limits how often one tag comes"),
                )
