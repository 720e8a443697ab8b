"""How lists of letters show one: the sender, the subject and the preheader, cut to their width."""

from __future__ import annotations

from typing import Final

import msgspec

from crmspec.render.preview.cut import cut


class Inbox(msgspec.Struct, frozen=True):
    """A mail program: about how many characters of each part it shows.

    `line` is for those that show the preheader after the subject on one line, and counts both.
    The figures are for usual widths of window and type; nobody promises them.
    """

    title: str
    sender: int
    subject: int
    preheader: int = 0
    line: int = 0


INBOXES: Final = (
    Inbox("Gmail", sender=20, subject=80, line=110),
    Inbox("Gmail, Android", sender=24, subject=38, preheader=42),
    Inbox("Mail.ru", sender=22, subject=70, line=100),
    Inbox("Apple Mail, iPhone", sender=26, subject=38, preheader=90),
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in a list."""

    title: str
    sender: str
    subject: str
    preheader: str
    wide: bool


def rows(sender: str, subject: str, preheader: str) -> tuple[Row, ...]:
    """Return the letter as each mail program lists it."""
    return tuple(_row(one, sender, subject, preheader) for one in INBOXES)


def _row(inbox: Inbox, sender: str, subject: str, preheader: str) -> Row:
    shown = cut(subject, inbox.subject)
    room = inbox.line - len(shown) - 3 if inbox.line else inbox.preheader
    return Row(
        title=inbox.title,
        sender=cut(sender, inbox.sender),
        subject=shown,
        preheader=cut(preheader, room) if room > 1 else "",
        wide=inbox.line > 0,
    )
