"""Fields of messages that are longer than their channel takes or shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.content.limit import exceeded, parsed
from crmspec.diagnostics import Diagnostic, Label, Severity, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.limit import Excess
    from crmspec.diagnostics import Code, Text
    from crmspec.ir.message import Message
    from crmspec.logic.wording import View, Wording


def excesses(wording: Wording, message: Message, code: Code) -> Iterator[Diagnostic]:
    """Yield a finding for each field that is too long for usual customers, by its worst case."""
    worst: dict[tuple[str | None, str, str, bool], tuple[Excess, View]] = {}
    for view in wording.views(message):
        if not view.is_likely:
            continue
        for excess in exceeded(view.parts.type, _counted(view)):
            limit = excess.limit
            key = (view.parts.locale, excess.field, limit.platform, limit.hard)
            if key not in worst or worst[key][0].size < excess.size:
                worst[key] = excess, view
    for excess, view in worst.values():
        yield _finding(wording, excess, view, code)


def _counted(view: View) -> dict[str, str]:
    """Return the texts as the channel counts them: Telegram without markup, push with its data."""
    data = view.parts.message.data
    if data:
        return {**view.texts, "data": msgspec.json.encode(data).decode()}
    if view.parts.type != "telegram" or "text" not in view.texts:
        return view.texts
    return {**view.texts, "text": parsed(view.texts["text"], view.parts.message.parse_mode)}


def _finding(wording: Wording, excess: Excess, view: View, code: Code) -> Diagnostic:
    limit = excess.limit
    return Diagnostic(
        code=code,
        message=_message(excess, view),
        label=Label(
            wording.place(view.parts, excess.field),
            text("{size} where {most} fit", size=excess.size, most=limit.most),
        ),
        help=(
            *(
                (text("so reads `{customer}`", customer=view.fixture.id),)
                if view.fixture.values
                else ()
            ),
            text("the limit is from {source}", source=limit.source),
        ),
        severity=Severity.ERROR if limit.hard else Severity.WARNING,
    )


def _message(excess: Excess, view: View) -> Text:
    names = {
        "field": excess.field,
        "message": view.parts.message.id,
        "platform": excess.limit.platform or view.parts.type,
    }
    if excess.limit.hard:
        return text("`{field}` of `{message}` is more than {platform} takes", **names)
    return text("`{field}` of `{message}` is more than {platform} shows", **names)
