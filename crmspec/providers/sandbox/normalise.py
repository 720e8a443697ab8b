"""Bodies as the sandbox gives them back: names without superfluous spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.lower.name import tidy

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address


def normalise(address: Address, body: Body) -> Body:  # noqa: ARG001 - alike for all kinds
    """Return the body with the name as the server would write it; idempotent."""
    return body | {"title": tidy(str(body["title"]))}
