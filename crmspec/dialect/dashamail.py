"""DashaMail's fields: `%FNAME%`; no page with a grammar was found, so there is nothing more.

Names are those that `names:` of an attribute gives; conditions and fallbacks are not used.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.substitution import Substitution


class DashaMail(Substitution):
    """Prints fields."""

    pattern: ClassVar[str] = "%{}%"
    ends: ClassVar[re.Pattern[str]] = re.compile(
        r"%[A-Za-z_0-9]+%|%[A-Za-z_0-9]*\Z|\A[A-Za-z_0-9]+%"
    )


DIALECTS: Final = (
    Dialect(
        id="dashamail",
        title="DashaMail",
        level=0,
        printer=DashaMail,
        page="https://dashamail.ru/",
    ),
)
