"""Send a letter for a look in a real mail program: built safely, sent over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from crmspec.diagnostics import Text, text
from crmspec.resolve.content import HEADERS

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.render.preview.seen import Seen

MARK: Final = "[test]"
PATIENCE: Final = 30
"""Seconds to wait for the server."""
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"smtp": 587, "smtps": 465}
_OWN: Final = HEADERS | {"list-unsubscribe", "list-unsubscribe-post"}
"""Headers that a message may not set in a test letter."""


class PostError(Exception):
    """The letter was not sent; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.english())
        self.reason = reason


@dataclass(frozen=True)
class Server:
    """An SMTP server: `smtps` speaks TLS from the start, `smtp` after STARTTLS."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None
    plain: bool = False
    """Whether letters may go without TLS."""


def server(url: str, password: str | None = None, *, plain: bool = False) -> Server:
    """Return the server of `smtp://user@host:port`; passwords are not part of addresses.

    Without TLS only this machine is sent to, or any with `plain`. Raises `PostError`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise PostError(text("this is no address of a server: {url}", url=url)) from None
    if not port or not parts.hostname:
        raise PostError(text("a server is written smtp://user@host:port or smtps://user@host:port"))
    if parts.password is not None:
        raise PostError(
            text("a password does not belong into an address; put it into CRMSPEC_SMTP_PASSWORD")
        )
    return Server(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username) if parts.username else None,
        password=password,
        plain=plain or parts.hostname in _HERE,
    )


def letter(program: Program, seen: Seen, to: str) -> EmailMessage:
    """Return a message as a letter to one address; raises `PostError`.

    Whatever values hold, no header can end before its end.
    """
    channel = program.channels[seen.parts.message.channel.id]
    if seen.parts.type != "email" or not (seen.text("html") or seen.text("text")):
        raise PostError(text("`{id}` is no e-mail", id=seen.parts.message.id))
    if channel.from_ is None:
        raise PostError(text("channel `{id}` does not say whom it is `from:`", id=channel.id))
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(channel.from_.email, _line(channel.from_.name))
    made["To"] = _address(to)
    if channel.reply_to:
        made["Reply-To"] = _address(channel.reply_to)
    made["Subject"] = f"{MARK} {_line(seen.text('subject'))}".strip()
    _more_headers(made, seen)
    made.set_content(seen.text("text") or " ", cte="quoted-printable")
    if seen.text("html"):
        made.add_alternative(seen.text("html"), subtype="html", cte="quoted-printable")
    return made


def _more_headers(made: EmailMessage, seen: Seen) -> None:
    links = seen.fixture.values.get("links")
    leave = links.get("unsubscribe") if isinstance(links, dict) else None
    if isinstance(leave, str) and leave:
        made["List-Unsubscribe"] = f"<{_line(leave)}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for field, value in seen.texts.items():
        kind, _, name = field.partition(".")
        usual = name.isascii() and name.replace("-", "").isalnum()
        if kind == "headers" and usual and name.lower() not in _OWN:
            made[name] = _line(value)


def post(made: EmailMessage, to: Server) -> None:
    """Send a letter, dated now and with an id of its own; raises `PostError`."""
    made["Date"] = datetime.now(UTC)
    made["Message-ID"] = make_msgid(domain=made["From"].addresses[0].domain)
    try:
        with _connected(to) as connection:
            if to.user is not None:
                connection.login(to.user, to.password or "")
            connection.send_message(made)
    except (OSError, smtplib.SMTPException) as error:
        why = " ".join(str(error).split())
        reason = text("{host} did not take the letter: {why}", host=to.host, why=why)
        raise PostError(reason) from None


def _connected(to: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if to.scheme == "smtps":
        return smtplib.SMTP_SSL(to.host, to.port, timeout=PATIENCE, context=context)
    connection = smtplib.SMTP(to.host, to.port, timeout=PATIENCE)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
    elif not to.plain:
        connection.close()
        raise PostError(text("{host} offers no TLS; `--smtp-plain` sends without it", host=to.host))
    return connection


def _address(written: str, name: str = "") -> Address:
    """Return an address, exactly one; raises `PostError`."""
    try:
        found = Address(display_name=name, addr_spec=written)
    except (ValueError, IndexError, AttributeError):
        found = Address()
    if not found.domain or not found.username or _line(written) != written:
        raise PostError(text("`{address}` is no e-mail address", address=_line(written)))
    return found


def _line(written: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in written).split())
