"""What becomes of an element of a resource on a target, and why a resource does not get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from crmspec.diagnostics import Code, Text
from crmspec.dialect.codes import code_of
from crmspec.ir import Located
from crmspec.lower.capability import Support
from crmspec.lower.codes import UNSUPPORTED
from crmspec.source import Span

if TYPE_CHECKING:
    from crmspec.dialect.loss import Loss
    from crmspec.ir.value import OnUnsupported


class Key(NamedTuple):
    """The name of a resource: `chain.abandoned_cart`."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.id}"


class Outcome(msgspec.Struct, frozen=True):
    """How a target takes one element of a resource.

    `reason` says what is not as written, None if all is. `node` is what could be left out, `users`
    are the places that need it to stay. `advice` says what to write instead.
    """

    key: Key
    family: str
    element: str
    support: Support
    span: Span
    reason: Text | None = None
    node: Located | None = None
    users: tuple[Span, ...] = ()
    code: Code = UNSUPPORTED
    advice: Text | None = None

    def accepted(self, wish: OnUnsupported) -> bool:
        """Say whether the rest of the resource is deployed: another meaning, or a step less."""
        if self.support.kept:
            return True
        return wish == "degrade" and (self.support is Support.DEVIATES or self.drops(wish))

    def drops(self, wish: OnUnsupported) -> bool:
        """Say whether the element is left out on its own."""
        lost = self.support in {Support.MANUAL, Support.NONE}
        return wish == "degrade" and lost and self.family == "step"


def unsaid(key: Key, dialect: str, loss: Loss) -> Outcome:
    """Return the outcome of what the template language of the target cannot say in a text."""
    return Outcome(
        key,
        "dialect",
        dialect,
        Support.NONE,
        loss.span,
        loss.message,
        code=code_of(loss),
        advice=loss.rewrite,
    )


class Absence(NamedTuple):
    """Why a resource is not deployed; `silent` if an error says so already, elsewhere.

    It is the outcome of one of its elements, or that it `lacks` another resource.
    """

    reason: Text
    span: Span
    silent: bool = False
    lacks: Key | None = None
