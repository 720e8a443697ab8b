"""What makes a messenger refuse Markdown: a sign that opens something and closes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from crmspec.diagnostics import Severity, text
from crmspec.logic.wording import read
from crmspec.template.reading import pieces
from crmspec.template.tree import Output

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.logic.wording import View
    from crmspec.source import Span

_SIGNS: Final = ("*", "_", "`")
_SIGN: Final = re.compile(r"[*_`\\]")


class Fault(NamedTuple):
    """What is wrong with the markup of a text; `span` is where, if it is not the whole text."""

    message: Text
    help: Text
    severity: Severity = Severity.ERROR
    span: Span | None = None


def unpaired(view: View, channel: str) -> Fault | None:
    """Say which sign has no partner, and whether the author or a customer's value has written it.

    Telegram's Markdown has no entities: values stand in it as they are (templates 13.2).
    """
    written = view.texts.get("text", "")
    sign = next((one for one in _SIGNS if _count(written, one) % 2), None)
    if sign is None:
        return None
    body = view.parts.fields.get("text", ())
    plain = structs.replace(view.fixture, values=_unmarked(view.fixture.values))
    if _count(read(body, plain), sign) % 2:
        message = text(
            "`{sign}` has no partner, so {channel} refuses it", sign=sign, channel=channel
        )
        return Fault(message, text("close what it opens, or write `\\{sign}`", sign=sign))
    outputs = [one for one in pieces(body) if isinstance(one, Output)]
    found = [one for one in outputs if sign in read((one,), view.fixture)]
    return Fault(
        text("`{sign}` in a value makes {channel} refuse it", sign=sign, channel=channel),
        text("write it with `parse_mode: html`: values are escaped there"),
        span=(found or outputs)[0].span,
    )


def _count(written: str, sign: str) -> int:
    return len(re.findall(rf"(?<!\\){re.escape(sign)}", written))


def _unmarked(values: dict[str, object]) -> dict[str, object]:
    """Return the values of a customer without signs of Markdown in their texts."""
    return {key: _plain(one) for key, one in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _SIGN.sub("", value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return _unmarked(value) if isinstance(value, dict) else value
