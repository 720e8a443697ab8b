"""Sentences that can be translated."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

Argument: TypeAlias = "str | int | float"


class Text(msgspec.Struct, frozen=True):
    """A translatable sentence: an English `str.format` template and its arguments.

    The template is the message id in the gettext catalogues, so it is always a literal
    at the place where `text(...)` is called. A phrase that counts something has `many` too, the
    template for every `count` but one.
    """

    template: str
    arguments: dict[str, Argument | Text] = {}
    many: str | None = None

    def english(self) -> str:
        """Return the sentence in English."""
        template = self.template
        if self.many is not None and self.arguments["count"] != 1:
            template = self.many
        return template.format(
            **{k: v.english() if isinstance(v, Text) else v for k, v in self.arguments.items()}
        )


def text(template: str, **arguments: Argument | Text) -> Text:
    """Mark an English sentence for translation; `pybabel extract -k text` finds the calls."""
    return Text(template, arguments)


def amount(one: str, many: str, count: float) -> Text:
    """Mark a phrase such as `{count} day`, `{count} days` for translation, with its number.

    As an argument of a sentence it is in the right form in every language. Both templates are
    literals; the first is the message id.
    """
    return Text(one, {"count": count}, many)
