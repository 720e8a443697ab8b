"""Forms of a report: each module has `render(report, options)`, this table names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics.format import github, gitlab, json, junit, markdown, sarif, text
from crmspec.diagnostics.format.options import DEFAULT, Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.diagnostics.report import Report

FORMATS: dict[str, Callable[[Report, Options], str]] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "markdown": markdown.render,
}

__all__ = ["DEFAULT", "FORMATS", "Options"]
