"""The keyring of the system, through the `keyring` package."""

from __future__ import annotations

from typing import Literal

from crmspec.secret.source import Held

Failure = Literal["no keyring", "locked", "no entry"]


def password(service: str, name: str) -> Held | Failure:
    """Return the password of an entry, or why there is none to be had."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return "no keyring"
    try:
        found = keyring.get_password(service, name)
    except (KeyringError, RuntimeError, OSError):
        return "locked"
    return "no entry" if found is None else Held(found)
