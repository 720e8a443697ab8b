"""What a plain scalar means: the YAML 1.2 core schema, nothing of YAML 1.1."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from crmspec.document.codes import LEADING_ZERO, NUMBER_RANGE

if TYPE_CHECKING:
    from crmspec.diagnostics import Code

SPECIAL: Final = frozenset("~nNtTfF+-.0123456789")
"""First characters of the plain scalars that may be anything but text; so may an empty one."""

LARGEST: Final = 2**63 - 1

_CONSTANTS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST: Final = 25
"""More digits than `LARGEST` has; Python would refuse to parse thousands of them."""


class Misread(ValueError):  # noqa: N818 - it says what happened
    """A plain scalar that looks like a number but is not one that can be relied on."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.slug)
        self.code = code


def resolve(value: str) -> bool | int | float | str | None:
    """Return the data a plain scalar stands for, or raise `Misread`."""
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if _INTEGER.fullmatch(value):
        return _integer(value)
    if _BASED.fullmatch(value):
        return _within(int(value, 0)) if len(value) < _LONGEST else _refuse(NUMBER_RANGE)
    if _FLOAT.fullmatch(value):
        return _float(value)
    if _ENDLESS.fullmatch(value):
        return _refuse(NUMBER_RANGE)
    return value


def _integer(value: str) -> int:
    digits = value.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0":
        return _refuse(LEADING_ZERO)
    return _within(int(value)) if len(digits) < _LONGEST else _refuse(NUMBER_RANGE)


def _within(number: int) -> int:
    return number if -LARGEST <= number <= LARGEST else _refuse(NUMBER_RANGE)


def _float(value: str) -> float:
    number = float(value)
    return number if math.isfinite(number) else _refuse(NUMBER_RANGE)


def _refuse(code: Code) -> int:
    raise Misread(code)
