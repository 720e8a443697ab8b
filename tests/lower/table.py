"""A made-up target that has everything but what a test takes away."""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.ir.target import Target
from crmspec.lower.capability import Capabilities, Row, Support
from crmspec.lower.element import FAMILIES

TARGET = Target(id="acme", platform="acme")


def table(rows=(), **settings):
    """Return the table of Acme; `rows` leads from (family, element) to a support or a row."""
    made = {
        family: {name: Row(Support.NATIVE) for name in elements}
        for family, elements in FAMILIES.items()
    }
    for (family, element), row in dict(rows).items():
        note = None if row == "none" and family != "kind" else text("so it is")
        known = row if isinstance(row, Row) else Row(Support(row), note=note)
        made[family][element] = known
    return Capabilities(platform="acme", title="Acme", revision="1", rows=made, **settings)


def by(name):
    """Return the row of what a pass lowers."""
    return Row(Support.LOWERED, name)
