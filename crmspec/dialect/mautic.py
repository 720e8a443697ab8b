"""Mautic's tokens: `{contactfield=firstname|friend}`; `|true` encodes a value for a URL.

Sources: https://github.com/mautic/user-documentation/blob/5.x/docs/configuration/variables.rst ,
https://github.com/mautic/mautic/pull/6078 .
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.substitution import Substitution

if TYPE_CHECKING:
    from crmspec.template.tree import Context, Filter


class Mautic(Substitution):
    """Prints tokens."""

    pattern: ClassVar[str] = "{{contactfield={}}}"
    fallback: ClassVar[str | None] = "{{contactfield={}|{}}}"
    encoded: ClassVar[str | None] = "{{contactfield={}|true}}"
    ends: ClassVar[re.Pattern[str]] = re.compile(r"\{[a-z_]+=|\{\Z")

    def other(self, value: Filter, context: Context) -> str:
        """Return the fallback; `true` as a text would encode the value instead."""
        words = super().other(value, context)
        if words == "true":
            raise self.only_values(value)
        return words


DIALECTS: Final = (
    Dialect(
        id="mautic",
        title="Mautic",
        level=0,
        printer=Mautic,
        page="https://github.com/mautic/user-documentation/blob/5.x/docs/configuration/variables.rst",
    ),
)
