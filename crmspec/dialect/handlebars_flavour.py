"""The flavours of Handlebars: Iterable, SendGrid, Parcelvoy.

Helpers are those of
https://support.iterable.com/hc/en-us/articles/205480365-Personalizing-Templates-with-Handlebars ,
https://www.twilio.com/docs/sendgrid/for-developers/sending-email/using-handlebars and the source
of Parcelvoy (parcelvoy/platform, apps/platform/src/render/Helpers).
"""

from __future__ import annotations

from typing import ClassVar, Final

from crmspec.dialect.dialect import Dialect
from crmspec.dialect.handlebars import Handlebars
from crmspec.template.tree import Constant, Filter, Operator

_CUTS: Final = {"%d": "8 10", "%m": "5 7", "%Y": "0 4", "%y": "2 4"}


class Iterable(Handlebars):
    """Iterable."""

    strict: ClassVar[bool] = True

    helpers: ClassVar[dict[Operator, tuple[str, str]]] = {
        "==": ("{{{{#ifEq {} {}}}}}", "{{/ifEq}}"),
        "<": ("{{{{#ifLt {} {}}}}}", "{{/ifLt}}"),
        "<=": ("{{{{#ifLte {} {}}}}}", "{{/ifLte}}"),
        ">": ("{{{{#ifGt {} {}}}}}", "{{/ifGt}}"),
        ">=": ("{{{{#ifGte {} {}}}}}", "{{/ifGte}}"),
    }
    encode: ClassVar[str | None] = "{{{{#urlEncode}}}}{{{{{{{}}}}}}}{{{{/urlEncode}}}}"
    sizes: ClassVar[str | None] = "{}.size"
    filters: ClassVar[dict[str, str]] = {
        "upper": "(upper {0})",
        "lower": "(lower {0})",
        "capitalize": "(capitalizeFirst {0})",
        "replace": "(replace {0} {1} {2})",
    }

    def filtered(self, value: Filter) -> str:
        """Return a filtered value; dates are cut out of their text, hashes have their names."""
        first = value.arguments[0] if value.arguments else None
        word = str(first.value) if isinstance(first, Constant) else ""
        if value.name == "hash":
            return f"({word} {self.value(value.of)})"
        if value.name == "date" and word in _CUTS:
            return f"(substring {self.value(value.of)} {_CUTS[word]})"
        return super().filtered(value)


class SendGrid(Handlebars):
    """SendGrid: few helpers, and none for texts; `if` and comparisons are blocks."""

    helpers: ClassVar[dict[Operator, tuple[str, str]]] = {
        "==": ("{{{{#equals {} {}}}}}", "{{/equals}}"),
        "!=": ("{{{{#notEquals {} {}}}}}", "{{/notEquals}}"),
        "<": ("{{{{#lessThan {} {}}}}}", "{{/lessThan}}"),
        ">": ("{{{{#greaterThan {} {}}}}}", "{{/greaterThan}}"),
    }
    sizes: ClassVar[str | None] = "(length {})"


class Parcelvoy(Handlebars):
    """Parcelvoy: comparisons stand inside `if`."""

    strict: ClassVar[bool] = True
    counter: ClassVar[str | None] = "(add {} 1)"

    helpers: ClassVar[dict[Operator, tuple[str, str]]] = {
        "==": ("{{{{#if (eq {} {})}}}}", "{{/if}}"),
        "!=": ("{{{{#if (ne {} {})}}}}", "{{/if}}"),
        "<": ("{{{{#if (lt {} {})}}}}", "{{/if}}"),
        "<=": ("{{{{#if (lte {} {})}}}}", "{{/if}}"),
        ">": ("{{{{#if (gt {} {})}}}}", "{{/if}}"),
        ">=": ("{{{{#if (gte {} {})}}}}", "{{/if}}"),
    }
    sizes: ClassVar[str | None] = "(length {})"
    filters: ClassVar[dict[str, str]] = {
        "upper": "(uppercase {0})",
        "lower": "(lowercase {0})",
        "capitalize": "(capitalize {0})",
        "replace": "(replace {0} {1} {2})",
    }


_ENGINES: Final = ("handlebars",)
DIALECTS: Final = (
    Dialect(
        id="iterable",
        title="Iterable",
        level=2,
        printer=Iterable,
        page="https://support.iterable.com/hc/en-us/articles/205480365-Personalizing-Templates-with-Handlebars",
        engines=_ENGINES,
    ),
    Dialect(
        id="sendgrid",
        title="SendGrid",
        level=2,
        printer=SendGrid,
        page="https://www.twilio.com/docs/sendgrid/for-developers/sending-email/using-handlebars",
        engines=_ENGINES,
    ),
    Dialect(
        id="parcelvoy",
        title="Parcelvoy",
        level=2,
        printer=Parcelvoy,
        page="https://docs.parcelvoy.com/advanced/template-syntax",
        engines=_ENGINES,
    ),
)
