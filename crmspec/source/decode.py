"""JSON that may be damaged, as values of a type."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


class UndecodableError(ValueError):
    """The text is no JSON, nests too deeply, or holds something else; the message says which."""


def decoded(data: bytes | str | msgspec.Raw, kind: type[T]) -> T:
    """Return a JSON text as a value of a type.

    Raises:
        UndecodableError: it is none.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except RecursionError:
        raise UndecodableError("JSON is nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise UndecodableError(str(error)) from None
