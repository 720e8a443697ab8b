"""What encoders are given: the program for the target, the one that was written, its letters."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from crmspec.content.fixture import Fixtures
from crmspec.content.parts import Messages, main_locale
from crmspec.content.press import Press
from crmspec.dialect.loss import Loss
from crmspec.dialect.names import load

if TYPE_CHECKING:
    from crmspec.dialect.names import Names
    from crmspec.ir import Program
    from crmspec.ir.message import Message
    from crmspec.ir.target import Target
    from crmspec.lower.capability import Capabilities


class Letter(NamedTuple):
    """The fields of a message in the vendor's template language, and what is not in them, and why.

    What is wrong with the message itself, such as MJML that cannot be read, is among the losses.
    """

    fields: dict[str, str]
    losses: tuple[Loss, ...]


class Brief:
    """One compilation: `program` is lowered; `written` is as its authors wrote it.

    Messages and attributes are the lowered ones in both: one for each language, and marks. `notes`
    are the links that letters go without, as far as these have been asked for.
    """

    def __init__(
        self, program: Program, written: Program, target: Target, capabilities: Capabilities
    ) -> None:
        more = {"messages": program.messages, "attributes": program.attributes}
        self.program, self.written = program, structs.replace(written, **more)
        self.target, self.capabilities = target, capabilities
        self.notes: list[Loss] = []
        self._printed: dict[str, Letter] = {}

    @cached_property
    def messages(self) -> Messages:
        """Return the composed messages."""
        return Messages(self.written)

    @cached_property
    def press(self) -> Press:
        """Return what prints them."""
        return Press(self.written, Fixtures(self.written), self.target)

    @cached_property
    def names(self) -> Names:
        """Return the vendor's names of values, with the project's own pages among its links."""
        dialect = self.capabilities.dialect
        return structs.replace(load(dialect), links=self.press.links(dialect))

    def letter(self, message: Message) -> Letter:
        """Return a message, in its only language, in the vendor's template language."""
        known = self._printed.get(message.id)
        if known is None:
            known = self._printed[message.id] = self._letter(message)
        return known

    def _letter(self, message: Message) -> Letter:
        parts = self.messages.parts(message, main_locale(self.written, message))
        printed = self.press.printed(parts, self.capabilities.dialect)
        losses = [Loss(one.span, one.message) for one in parts.troubles]
        losses += [loss for one in printed.values() for loss in one.losses]
        self.notes += [note for one in printed.values() for note in one.notes]
        return Letter({name: one.text for name, one in printed.items()}, tuple(losses))
