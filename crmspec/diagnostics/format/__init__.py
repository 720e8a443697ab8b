"""Forms of a report: each module has `render(report, options)`, this table names them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crmspec.diagnostics.format.options import DEFAULT, Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.diagnostics.report import Report


def _form(name: str) -> Callable[[Report, Options], str]:
    """Import the module of a form only when it is used."""

    def render(report: Report, options: Options) -> str:
        made: str = import_module(f"crmspec.diagnostics.format.{name}").render(report, options)
        return made

    return render


FORMATS: dict[str, Callable[[Report, Options], str]] = {
    name: _form(name) for name in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
}

__all__ = ["DEFAULT", "FORMATS", "Options"]
