"""The flavours of Django's language: Klaviyo and Brevo.

Klaviyo: most filters of Django and some of its own
(https://developers.klaviyo.com/en/docs/glossary_of_variable_filters). Brevo: a few filters
(https://help.brevo.com/hc/en-us/articles/4405381108626); its pages differ on what `capfirst` does
with the other letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.django import Django
from crmspec.dialect.django_filter import EASY

if TYPE_CHECKING:
    from crmspec.template.tree import Node


class Klaviyo(Django):
    """Klaviyo."""

    arithmetic: ClassVar[dict[str, str]] = {
        "plus": "|floatadd:{}",
        "minus": "|floatadd:{}",
        "times": "|multiply:{}",
    }

    def looked_up(self, key: str, node: Node) -> str:
        """Return Klaviyo's own `lookup`."""
        return f"|lookup:'{key}'" if "'" not in key else super().looked_up(key, node)


class Brevo(Django):
    """Brevo."""

    known: ClassVar[frozenset[str]] = frozenset(EASY) - {
        *("capitalize", "length", "first", "last", "join", "limit", "date", "plural", "url_encode")
    }
    slices: ClassVar[bool] = False
    nothing: ClassVar[str] = ""


DIALECTS: Final = (
    Dialect(
        id="klaviyo",
        title="Klaviyo",
        level=2,
        printer=Klaviyo,
        page="https://developers.klaviyo.com/en/docs/glossary_of_variable_filters",
        engines=("django",),
    ),
    Dialect(
        id="brevo",
        title="Brevo",
        level=2,
        printer=Brevo,
        page="https://help.brevo.com/hc/en-us/articles/4405381108626",
        engines=("django",),
    ),
)
