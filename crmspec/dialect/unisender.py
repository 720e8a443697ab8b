"""Unisender and UniOne with simple substitutions: `{{Name|friend}}`, nothing more of conditions.

Source: https://godocs.unisender.ru/simple-template-engine . Names are letters, digits and `_`;
fallbacks do not work in links. `{{HasOrders?text}}` takes 0 for nothing and is not used.
"""

from __future__ import annotations

from typing import ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.substitution import Substitution


class Unisender(Substitution):
    """Prints simple substitutions."""

    pattern: ClassVar[str] = "{{{{{}}}}}"
    fallback: ClassVar[str | None] = "{{{{{}|{}}}}}"


_PAGE: Final = "https://godocs.unisender.ru/simple-template-engine"
DIALECTS: Final = (
    Dialect(id="unisender", title="Unisender", level=0, printer=Unisender, page=_PAGE),
    Dialect(id="unione", title="UniOne", level=0, printer=Unisender, page=_PAGE),
)
