"""The flavours of Liquid: Braze, Customer.io, OneSignal, Knock, Novu, Dittofeed.

Sources are named in `names/<id>.yaml`; hash filters are those of
https://www.braze.com/docs/user_guide/personalization_and_dynamic_content/liquid/filters/ and
https://docs.customer.io/journeys/liquid-tag-list/.
"""

from __future__ import annotations

from typing import ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.liquid import Liquid


class Braze(Liquid):
    """Braze: `{{${first_name}}}`, `{{custom_attribute.${tier}}}`."""

    pad: ClassVar[str] = ""
    hashes: ClassVar[dict[str, str]] = {"md5": "md5", "sha1": "sha1", "sha256": "sha2"}


class CustomerIo(Liquid):
    """Customer.io."""

    hashes: ClassVar[dict[str, str]] = {"md5": "md5", "sha1": "sha1", "sha256": "sha256"}


class LiquidJs(Liquid):
    """The flavours whose engine is liquidjs."""

    methods: ClassVar[bool] = True


_ENGINES: Final = ("python-liquid", "liquidjs")

DIALECTS: Final = (
    Dialect(
        id="braze",
        title="Braze",
        level=2,
        printer=Braze,
        page="https://www.braze.com/docs/user_guide/personalization_and_dynamic_content/liquid/",
        engines=_ENGINES,
    ),
    Dialect(
        id="customerio",
        title="Customer.io",
        level=2,
        printer=CustomerIo,
        page="https://docs.customer.io/journeys/using-liquid/",
        engines=_ENGINES,
    ),
    Dialect(
        id="onesignal",
        title="OneSignal",
        level=2,
        printer=Liquid,
        page="https://documentation.onesignal.com/docs/en/using-liquid-syntax",
        engines=_ENGINES,
    ),
    Dialect(
        id="knock",
        title="Knock",
        level=2,
        printer=Liquid,
        page="https://docs.knock.app/designing-workflows/template-editor/reference-liquid-helpers",
        engines=_ENGINES,
    ),
    Dialect(
        id="novu",
        title="Novu",
        level=2,
        printer=LiquidJs,
        page="https://docs.novu.co/platform/workflow/template-editor",
        engines=_ENGINES,
    ),
    Dialect(
        id="dittofeed",
        title="Dittofeed",
        level=2,
        printer=LiquidJs,
        page="https://docs.dittofeed.com/resources/message-templates",
        engines=_ENGINES,
    ),
)
