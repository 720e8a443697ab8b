"""The slots that a message fills and those that its layout has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.template.finding import Finding
from crmspec.template.reading import reads
from crmspec.template.shape import ANY, parted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Layout, Message
    from crmspec.logic.wording import Wording
    from crmspec.template.shape import Shape


def seen(wording: Wording, message: Message) -> dict[str, Shape]:
    """Return what `slots` is for a message; nothing if it has no layout."""
    layout = _layout(wording, message)
    if layout is None:
        return {}
    return {"slots": parted(dict.fromkeys(("content", *layout.slots), ANY))}


def unknown(wording: Wording, message: Message) -> Iterator[Finding]:
    """Yield a finding for each slot that a message fills and its layout neither has nor prints."""
    contents = [one for one in (message.content, *message.locales.values()) if one.slots]
    layout = _layout(wording, message)
    if not contents or layout is None:
        return
    known = {"content", *layout.slots, *_printed(wording, layout)}
    for content in contents:
        for name in content.slots:
            if name not in known:
                near = nearest(name, known)
                yield Finding(
                    kind="unknown path",
                    span=content.place.key("slots", name),
                    path=name,
                    message=text(
                        "the layout `{layout}` has no slot `{name}`", layout=layout.id, name=name
                    ),
                    help=text("did you mean `{name}`?", name=near) if near else None,
                    declared=layout.place.name,
                )


def _layout(wording: Wording, message: Message) -> Layout | None:
    return wording.program.layouts.get(message.layout.id) if message.layout else None


def _printed(wording: Wording, layout: Layout) -> Iterator[str]:
    """Yield the slots that a layout prints, declared or not."""
    for read in reads(wording.library.of(layout).body, wording.blocks):
        if read.name[0] == "slots" and read.name[1:]:
            yield str(read.name[1])
