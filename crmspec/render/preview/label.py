"""The words around a preview, by the names that the page's template has for them."""

from __future__ import annotations

from typing import Final

from crmspec.diagnostics.sentence import Text, text

LABELS: Final[dict[str, Text]] = {
    "customer": text("customer"),
    "values": text("all values"),
    "in_inboxes": text("in inboxes (widths are approximate)"),
    "desktop": text("computer, 600 px"),
    "mobile": text("phone, 375 px"),
    "dark": text("dark"),
    "images": text("images"),
    "text_part": text("text part"),
    "links": text("links"),
    "no_subject": text("no subject"),
    "no_content": text("there is nothing to see in this message"),
    "sent_too": text("sent with it"),
    "rest_cut": text("cut off on the screen"),
    "part": text("part"),
    "troubles": text("what is wrong with it"),
    "next": text("screen"),
    "all": text("all messages"),
    "search": text("search"),
    "endless": text("left out, because it does not end"),
}
