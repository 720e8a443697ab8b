"""Rows of a table of capabilities: what is native and where that is said, what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.lower.capability import Row, Support
from crmspec.lower.element import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.diagnostics import Text


def native(source: str, elements: str) -> dict[str, Row]:
    """Return the rows of native elements, which a page or schema of the vendor speaks of."""
    return {name: Row(Support.NATIVE, source=source) for name in elements.split()}


def by_hand(where: Text, source: str, elements: str) -> dict[str, Row]:
    """Return the rows of elements that only people can set up, `where` in the vendor's pages."""
    return {name: Row(Support.MANUAL, note=where, source=source) for name in elements.split()}


def whole(rows: Mapping[str, Mapping[str, Row]]) -> dict[str, dict[str, Row]]:
    """Return a table in which what is not named is `none`."""
    return {
        family: {name: rows.get(family, {}).get(name, Row(Support.NONE)) for name in elements}
        for family, elements in FAMILIES.items()
    }
