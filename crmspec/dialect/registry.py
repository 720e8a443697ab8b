"""All dialects by their ids; a module is imported when its dialect is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from crmspec.dialect.dialect import Dialect

_MODULES: Final = {
    **dict.fromkeys(
        ("braze", "customerio", "onesignal", "knock", "novu", "dittofeed"), "liquid_flavour"
    ),
    **dict.fromkeys(("klaviyo", "brevo"), "django_flavour"),
    **dict.fromkeys(("bloomreach", "moengage"), "jinja_flavour"),
    **dict.fromkeys(("hubspot", "hubspot_programmable"), "hubl"),
    "sendsay": "template_toolkit",
    **dict.fromkeys(("iterable", "sendgrid", "parcelvoy"), "handlebars_flavour"),
    **dict.fromkeys(("mailchimp", "mandrill"), "merge_tag"),
    "getresponse": "getresponse",
    "altcraft": "altcraft",
    **dict.fromkeys(("unisender", "unione"), "unisender"),
    "mautic": "mautic",
    "mindbox": "quokka",
    "salesforce": "ampscript",
    **dict.fromkeys(("esputnik", "unione_velocity"), "velocity"),
    "dashamail": "dashamail",
    "node_red": "mustache",
    "tryton": "genshi",
}
"""The module that holds each dialect in its `DIALECTS`."""


class _Dialects(Mapping[str, "Dialect"]):
    def __getitem__(self, key: str) -> Dialect:
        module = import_module(f"crmspec.dialect.{_MODULES[key]}")
        return cast("Dialect", {dialect.id: dialect for dialect in module.DIALECTS}[key])

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


DIALECTS: Final[Mapping[str, Dialect]] = _Dialects()
