"""Mark links, so that visits can be told apart by message: `utm_source` and the others."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from crmspec.content.tag import attributes, tags
from crmspec.ir.step import Send
from crmspec.ir.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crmspec.content.token import Tokens
    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message, Utm
    from crmspec.ir.program import Program

    Sends = Callable[[Chain], Iterable[Send]]

KEYS: Final = ("source", "medium", "campaign", "content", "term")
_NOT_LINKS: Final = frozenset({"link", "base", "mj-font", "mj-include"})


def filled(utm: Utm | None, words: Mapping[str, str]) -> dict[str, str]:
    """Return the marks of a message, `{chain}` and the like filled in: `utm_source` → value."""
    marks: dict[str, str] = {}
    for key in KEYS if utm is not None else ():
        value = getattr(utm, key)
        for name, word in words.items() if value else ():
            value = value.replace(f"{{{name}}}", word)
        if value:
            marks[f"utm_{key}"] = value
    return marks


class Senders:
    """Which chain or broadcast sends a message, and in which step, if only one does.

    `sends` gives the steps of a chain that send.
    """

    def __init__(self, program: Program, sends: Sends | None = None) -> None:
        self.chains: dict[str, set[str]] = {}
        self.steps: dict[str, set[str]] = {}
        for chain in program.chains.values():
            for send in (sends or _sends)(chain):
                self._note(send, chain.id)
        for broadcast in program.broadcasts.values():
            self.chains.setdefault(broadcast.message.id, set()).add(broadcast.id)

    def _note(self, send: Send, chain: str) -> None:
        choice = send.send
        for message in (*((choice.message,) if choice.message else ()), *choice.messages):
            self.chains.setdefault(message.id, set()).add(chain)
            self.steps.setdefault(message.id, set()).add(send.id or message.id)

    def words(self, message: Message) -> dict[str, str]:
        """Return what stands for `{channel}`, `{chain}`, `{message}` and `{step}`.

        A message that several chains send stands for its chain itself; so does its step.
        """
        return {
            "channel": message.channel.id,
            "chain": _only(self.chains.get(message.id, ()), message.id),
            "message": message.id,
            "step": _only(self.steps.get(message.id, ()), message.id),
        }


def _sends(chain: Chain) -> Iterator[Send]:
    return (node for node in walk(chain) if isinstance(node, Send))


def _only(names: Iterable[str], otherwise: str) -> str:
    found = list(names)
    return found[0] if len(found) == 1 else otherwise


def marked(tokens: Tokens, written: str, marks: Mapping[str, str]) -> str:
    """Return HTML or MJML with marks on its links."""
    if not marks:
        return written
    parts: list[str] = []
    done = 0
    for tag in tags(written):
        if tag.closing or tag.name in _NOT_LINKS:
            continue
        for name, value, start, _ in attributes(tag.written):
            if name == "href":
                at = tag.inside + start
                parts += [written[done:at], escape_marks(tokens, value, marks)]
                done = at + len(value)
    return "".join([*parts, written[done:]])


def escape_marks(tokens: Tokens, address: str, marks: Mapping[str, str]) -> str:
    """Return an address as it stands in HTML, with marks."""
    return with_marks(tokens, address, marks, escape("&"))


def with_marks(tokens: Tokens, address: str, marks: Mapping[str, str], joint: str = "&") -> str:
    """Return an address with the marks that it does not have; as it is if it takes none.

    Only web pages are marked. An address that is a value as a whole is left alone: nobody knows
    whether it has a query already.
    """
    wanted = [f"{key}={quote(value, safe='')}" for key, value in marks.items()]
    wanted = [mark for mark in wanted if f"{mark.partition('=')[0]}=" not in address]
    if not wanted or not _takes_marks(tokens, address):
        return address
    page, sign, fragment = address.partition("#")
    head = "" if page.endswith(("?", "&", joint)) else joint if "?" in page else "?"
    return f"{page}{head}{joint.join(wanted)}{sign}{fragment}"


def _takes_marks(tokens: Tokens, address: str) -> bool:
    plain = tokens.pattern.sub("", address).strip()
    page = plain.partition("#")[0]
    if not address.lstrip().lower().startswith(tokens.prefix):
        return plain.lower().startswith(("http://", "https://"))
    first = tokens.pattern.match(address.lstrip())
    blocks = first is not None and tokens.marks[int(first[1])].role == "open"
    if blocks:
        return "?" not in page and page.lower().startswith(("http://", "https://"))
    return page.startswith(("/", "?"))
