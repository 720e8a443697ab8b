"""Encoders: from a lowered resource to a vendor's payload, and what there are no words for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from crmspec.lower.capability import Support
from crmspec.lower.outcome import Outcome

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.engine.body import Body
    from crmspec.ir import Located
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest.brief import Brief


class Encoded(NamedTuple):
    """A payload, references as `{"$ref": …}`, and what of the resource it does not say.

    What is `folded` goes into what uses it, and becomes no object of its own. What is `there` the
    vendor has of itself, such as a field of every profile: it is not deployed, nor spoken of.
    """

    body: Body
    gaps: tuple[Outcome, ...] = ()
    folded: bool = False
    there: bool = False


class Untold:
    """Collects what a payload does not say, as outcomes at places in the YAML.

    `key` is the resource that is encoded; what is folded into it is told of it too.
    """

    def __init__(self, key: Key) -> None:
        self.key = key
        self.gaps: list[Outcome] = []

    def lack(
        self, family: str, element: str, node: Located, reason: Text, *, at: str | None = None
    ) -> None:
        """Note that the vendor cannot do something; `at` is the key, by default the element's."""
        self._tell(family, element, node, Support.NONE, reason, at)

    def otherwise(
        self, family: str, element: str, node: Located, reason: Text, *, at: str | None = None
    ) -> None:
        """Note that the vendor does something in another way."""
        self._tell(family, element, node, Support.DEVIATES, reason, at)

    def by_hand(
        self, family: str, element: str, node: Located, reason: Text, *, at: str | None = None
    ) -> None:
        """Note that only people can do something, in the vendor's own pages."""
        self._tell(family, element, node, Support.MANUAL, reason, at)

    def _tell(  # noqa: PLR0913, PLR0917 - what an outcome has
        self,
        family: str,
        element: str,
        node: Located,
        support: Support,
        reason: Text,
        at: str | None,
    ) -> None:
        span = node.place.key(at or element)
        self.gaps.append(Outcome(self.key, family, element, support, span, reason, node))


class Encoder(Protocol):
    """Makes payloads of one kind; pure. `dropped` are the steps to leave out, by `id()`."""

    def __call__(
        self,
        brief: Brief,
        key: Key,
        node: Resource,
        dropped: frozenset[int],
        /,
    ) -> Encoded:
        """Return the payload of a lowered resource, without title, description and status."""
        ...
