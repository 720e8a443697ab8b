"""Sentences that can be translated."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

Argument: TypeAlias = "str | int | float"


class Text(msgspec.Struct, frozen=True):
    """A translatable sentence: an English `str.format` template and its arguments.

    The template is the message id in the gettext catalogues, so it is always a literal
    at the place where `text(...)` is called.
    """

    template: str
    arguments: dict[str, Argument | Text] = {}

    def english(self) -> str:
        """Return the sentence in English."""
        return self.template.format(
            **{k: v.english() if isinstance(v, Text) else v for k, v in self.arguments.items()}
        )


def text(template: str, **arguments: Argument | Text) -> Text:
    """Mark an English sentence for translation; `pybabel extract -k text` finds the calls."""
    return Text(template, arguments)
