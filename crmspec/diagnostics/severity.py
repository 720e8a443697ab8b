"""Which level a finding has in a project: overrides by path, and codes that stay as they are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from crmspec.diagnostics.directive import matches_any
from crmspec.source import Span

if TYPE_CHECKING:
    from crmspec.diagnostics.model import Severity

Level: TypeAlias = Literal["error", "warning", "info", "off"]

_WEIGHT: dict[str, int] = {"off": 0, "info": 1, "warning": 2, "error": 3}
_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|[^*?\[]+|\[")


class SeverityOverride(msgspec.Struct, frozen=True):
    """Set the level of codes (or families) in files that match one of `paths`.

    `*` and `?` stay within a folder name, `**` does not; the name of a folder means all below it.
    `span` is where the override is written.
    """

    codes: tuple[str, ...]
    level: Level
    paths: tuple[str, ...] = ("**",)
    span: Span | None = None

    def applies(self, code: str, path: str) -> bool:
        """Tell whether the override is about `code` in the file at `path`."""
        return matches_any(self.codes, code) and any(_fits(glob, path) for glob in self.paths)


class Settings(msgspec.Struct, frozen=True):
    """What a project says about findings: the last override that applies wins."""

    severity: tuple[SeverityOverride, ...] = ()
    mandatory: tuple[str, ...] = ()

    def override(self, code: str, path: str) -> SeverityOverride | None:
        """Return the override in force for `code` at `path`."""
        for rule in reversed(self.severity):
            if rule.applies(code, path):
                return rule
        return None

    def is_mandatory(self, code: str) -> bool:
        """Tell whether `code` may be neither ignored nor lowered."""
        return matches_any(self.mandatory, code)


def enabled(code: str, settings: Settings) -> bool:
    """Tell whether `code` can be seen anywhere; if not, its rule need not run."""
    if settings.is_mandatory(code):
        return True
    for rule in reversed(settings.severity):
        if not matches_any(rule.codes, code):
            continue
        if rule.level != "off":
            return True
        if "**" in rule.paths:
            return False
    return True


def lowers(level: Level, from_: Severity) -> bool:
    """Tell whether a level is less than the one a finding has."""
    return _WEIGHT[level] < _WEIGHT[from_.value]


def _fits(glob: str, path: str) -> bool:
    return _pattern(glob).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> re.Pattern[str]:
    parts = _GLOB.findall(glob.removeprefix("./").rstrip("/"))
    return re.compile("".join(_translated(part) for part in parts) + "(?:/.*)?", re.DOTALL)


def _translated(part: str) -> str:
    fixed = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in fixed:
        return fixed[part]
    if len(part) > 1 and part[0] == "[":
        return _choice(part[1:-1])
    return re.escape(part)


def _choice(inside: str) -> str:
    negated = inside[0] in "!^" and len(inside) > 1
    letters = re.escape(inside[negated:]).replace(r"\-", "-")
    return f"(?!/)[{'^' if negated else ''}{letters}]"
