"""Hide secrets in words that came from elsewhere, however they are written there."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from logging import Filter
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from logging import LogRecord

HIDDEN = "***"


class Veil:
    """Replaces secrets by asterisks: as they are, in URLs, JSON, HTML and base 64."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
        self._empty = not forms

    def hide(self, words: str) -> str:
        """Return the words without the secrets."""
        return words if self._empty else self._pattern.sub(HIDDEN, words)


class VeiledLog(Filter):
    """Hides secrets in what a library logs, such as URLs with a key in the query."""

    def __init__(self, veil: Veil) -> None:
        super().__init__()
        self._veil = veil

    def filter(self, record: LogRecord) -> bool:
        """Let every record through, without the secrets."""
        record.msg, record.args = self._veil.hide(record.getMessage()), ()
        record.exc_info = record.exc_text = None
        return True


def _forms(secret: str) -> Iterator[str]:
    data = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield from (quote(data, safe=""), quote(data), quote_plus(data))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (html.escape(secret), repr(secret)[1:-1])
    yield from (b64encode(data).decode().rstrip("="), urlsafe_b64encode(data).decode().rstrip("="))
