"""How the API of a vendor behaves."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from crmspec.lower.capability import Budget
from crmspec.providers.http.reply import Complaint, Reply, complaint
from crmspec.providers.http.transport import Timeouts


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """What a vendor's calls have in common.

    `complaint` finds the vendor's words in an answer; what it returns for a 2xx is an error too.
    `scopes` says by endpoint what a secret must be allowed to do; `json_types` are media types
    that this vendor gives to JSON, besides JSON's own; `limit` is the size of an answer in bytes.
    """

    headers: dict[str, str] = {}
    budgets: tuple[Budget, ...] = ()
    scopes: dict[str, str] = {}
    complaint: Callable[[Reply], Complaint | None] = complaint
    key_header: str = "Idempotency-Key"
    json_types: frozenset[str] = frozenset()
    limit: int = 20_000_000
    timeouts: Timeouts = Timeouts()
