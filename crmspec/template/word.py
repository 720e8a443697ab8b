"""Words that authors bring from other template languages, and what to write instead."""

from __future__ import annotations

from typing import Final

from crmspec.diagnostics.sentence import Text, text

NAMESPACES: Final = (
    "profile",
    "event",
    "chain",
    "message",
    "project",
    "links",
    "feed",
    "coupon",
    "slots",
    "now",
    "loop",
)
"""The names that every template sees; none of them can be bound again."""

_BIND: Final = text("give a name to a value with `{{% with name = value %}}…{{% endwith %}}`")
_FRAME: Final = text("put the frame into a layout and use its slots")
_BLOCK: Final = text('make it a block and write `{{% include "block" %}}`')
_CUT: Final = text("bound a loop with `{{% for item in items | limit(3) %}}`")
_TEXT: Final = text("for text as it is write `{{% raw %}}…{{% endraw %}}`")
_VALUE: Final = text("apply the filter to each value, as in `{{{{ name | upper }}}}`")
_NOT: Final = text("write `{{% if not … %}}`")
_CASE: Final = text("write `{{% if %}}…{{% elif %}}…{{% endif %}}`")
_CLEAN: Final = text("leave it out; values are escaped where they land")

FOREIGN_TAGS: Final[dict[str, Text]] = {
    "set": _BIND,
    "assign": _BIND,
    "capture": _BIND,
    "macro": _BLOCK,
    "call": _BLOCK,
    "import": _BLOCK,
    "from": _BLOCK,
    "render": _BLOCK,
    "extends": _FRAME,
    "block": _FRAME,
    "filter": _VALUE,
    "autoescape": _CLEAN,
    "do": _BIND,
    "break": _CUT,
    "continue": _CUT,
    "verbatim": _TEXT,
    "print": text("write `{{{{ value }}}}`"),
    "unless": _NOT,
    "case": _CASE,
    "when": _CASE,
    "elsif": text("write `{{% elif … %}}`"),
    "elseif": text("write `{{% elif … %}}`"),
    "empty": text("write `{{% else %}}`"),
    "comment": text("write `{{# … #}}`"),
}

FOREIGN_FILTERS: Final[dict[str, str]] = {
    "upcase": "upper",
    "uppercase": "upper",
    "downcase": "lower",
    "lowercase": "lower",
    "capfirst": "capitalize",
    "truncatechars": "truncate",
    "round": "number",
    "floatformat": "number",
    "format": "number",
    "int": "number",
    "float": "number",
    "add": "plus",
    "multiply": "times",
    "strftime": "date",
    "format_date": "date",
    "size": "length",
    "count": "length",
    "slice": "limit",
    "urlencode": "url_encode",
    "uri": "url_encode",
    "md5": "hash",
    "sha256": "hash",
    "d": "default",
    "default_if_none": "default",
    "pluralize": "plural",
}
"""Filters of other languages, with ours that does the same."""

NEEDLESS_FILTERS: Final = frozenset(["safe", "escape", "e", "forceescape", "raw", "h", "string"])
"""Filters about escaping, which follows from where a value lands."""
