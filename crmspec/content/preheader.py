"""The line that inboxes show after the subject, kept apart from the text of the letter."""

from __future__ import annotations

import re
from typing import Final

FILLER: Final = "&#847;&zwnj;&nbsp;" * 60
"""Signs without width between spaces: inboxes show them instead of the letter's first words."""
_END: Final = re.compile(r"\s*</mj-preview\s*>")
_BODY: Final = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_HIDDEN: Final = (
    '<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;'
    'opacity:0;overflow:hidden;mso-hide:all">{}</div>'
)


def has_preview(written: str) -> bool:
    """Say whether a letter says itself where its preheader stands."""
    return _END.search(written) is not None


def filled(written: str) -> str:
    """Return MJML with filler after its preheader."""
    return _END.sub(f"{FILLER}</mj-preview>", written, count=1)


def shown(html: str, preheader: str) -> str:
    """Return a page that begins with a preheader nobody sees in the letter itself."""
    found = _BODY.search(html)
    if found is None:
        return html
    hidden = _HIDDEN.format(preheader + FILLER)
    return html[: found.end()] + hidden + html[found.end() :]
