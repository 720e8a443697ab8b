"""The flavours of Jinja2: Bloomreach and MoEngage.

https://documentation.bloomreach.com/engagement/docs/personalization-using-jinja and
https://help.moengage.com/hc/en-us/articles/115002757783-Jinja-Overview (which advises subscripts).
"""

from __future__ import annotations

from typing import Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.jinja import Jinja

DIALECTS: Final = (
    Dialect(
        id="bloomreach",
        title="Bloomreach",
        level=2,
        printer=Jinja,
        page="https://documentation.bloomreach.com/engagement/docs/personalization-using-jinja",
        engines=("jinja2",),
    ),
    Dialect(
        id="moengage",
        title="MoEngage",
        level=2,
        printer=Jinja,
        page="https://help.moengage.com/hc/en-us/articles/115002757783-Jinja-Overview",
        engines=("jinja2",),
    ),
)
