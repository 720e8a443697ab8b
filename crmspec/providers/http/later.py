"""When to call again: `Retry-After` and the headers that count what is left."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH = 1_000_000_000
_EPOCH_MILLISECONDS = 1_000_000_000_000
_NUMBER = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*(?:[,;].*)?")
_LEFT = re.compile(r"(?:^|[;,\s])(?:r|remaining)=([0-9]{1,15})(?![0-9])")
_RESET = re.compile(r"(?:^|[;,\s])(?:t|reset)=([0-9]{1,15})(?![0-9])")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` asks for, or None.

    A date is compared with the answer's own `Date`, so that wrong clocks do not matter (RFC 9110,
    10.2.3).
    """
    found = headers.get("retry-after", "").strip()
    seconds = _number(found)
    if seconds is not None:
        return seconds
    when = _date(found)
    return None if when is None else max(0.0, (when - _there(headers, now)).total_seconds())


def exhausted(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds until calls are allowed again, or None while some are left.

    Reads `RateLimit` (the IETF's drafts), `RateLimit-…` and `X-RateLimit-…`.
    """
    left, reset = _counted(headers)
    if left is None or reset is None or left > 0:
        return None
    if reset < _EPOCH:
        return reset
    moment = reset / 1000 if reset >= _EPOCH_MILLISECONDS else reset
    return max(0.0, moment - _there(headers, now).timestamp())


def _counted(headers: Mapping[str, str]) -> tuple[float | None, float | None]:
    both = headers.get("ratelimit", "")
    left, reset = _LEFT.search(both), _RESET.search(both)
    if left and reset:
        return float(left[1]), float(reset[1])
    for prefix in ("ratelimit", "x-ratelimit", "x-rate-limit"):
        if f"{prefix}-remaining" in headers:
            found = (headers[f"{prefix}-remaining"], headers.get(f"{prefix}-reset", ""))
            return _number(found[0]), _number(found[1])
    return None, None


def _number(words: str) -> float | None:
    match = _NUMBER.fullmatch(words)
    return float(match[1]) if match and math.isfinite(float(match[1])) else None


def _there(headers: Mapping[str, str], now: datetime) -> datetime:
    return _date(headers.get("date", "")) or now


def _date(words: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
