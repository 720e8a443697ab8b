"""The bases of plain classes of fields, cheap to define and to make: much is waited for at start.

Fields are compared one by one; annotations are never evaluated, and nothing is checked by them.
"""

from __future__ import annotations

from msgspec import Struct


class Record(Struct):
    """Fields that may be set anew."""


class Value(Struct, frozen=True):
    """Fields that stay; a value has a hash if all its fields have."""
