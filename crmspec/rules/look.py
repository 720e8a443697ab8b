"""What rules ask of each message by itself: it can be worked out in any order, and elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmspec.rules import doubt, letter, near_duplicate, template_syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.wording import Wording


class Question(NamedTuple):
    """Something asked of a message; the answer is remembered by its kind and subjects."""

    kind: str
    subjects: tuple[object, ...]
    answer: Callable[[], tuple[object, ...]]
    portable: bool = True
    """Whether the answer holds nothing of the program itself."""


def questions(
    wording: Wording, message: Message, subjects: tuple[object, ...]
) -> Iterator[Question]:
    """Yield all that is asked of one message; `subjects` are those of `Wording.subjects`."""
    yield Question(
        template_syntax.KIND, (message,), partial(template_syntax.problems, wording, message)
    )
    yield Question(letter.KIND, subjects, lambda: tuple(letter.looked(wording, message)))
    yield Question(
        near_duplicate.KIND,
        (wording.world, message),
        partial(near_duplicate.words, wording, message),
    )
    yield Question(
        doubt.KIND,
        subjects,
        lambda: tuple(doubt.of_message(wording, message)),
        portable=False,
    )
