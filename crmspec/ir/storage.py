"""Where the state of a target is kept."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.value import Located, Plain


class Storage(Located, frozen=True, kw_only=True):
    """A store and its settings; those of other stores are left out, secrets are named."""

    store: Literal["file", "postgres", "http", "s3"] = "file"
    credentials: dict[str, Plain] = {}
    username: str | None = None
    # file
    folder: str | None = None
    # postgres
    url: str | None = None
    schema: str = "crmspec"
    # http
    address: str | None = None
    lock_address: str | None = None
    unlock_address: str | None = None
    update_method: str = "POST"
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"
    # s3
    bucket: str | None = None
    key: str = "crmspec/{project}/{target}.json"
    region: str | None = None
    endpoint: str | None = None
    path_style: bool = False
    access_key: str | None = None


OWN: dict[str, frozenset[str]] = {
    "file": frozenset({"folder"}),
    "postgres": frozenset({"url", "schema", "username", "credentials"}),
    "http": frozenset(
        {
            "address",
            "lock_address",
            "unlock_address",
            "update_method",
            "lock_method",
            "unlock_method",
            "username",
            "credentials",
        }
    ),
    "s3": frozenset(
        {"bucket", "key", "region", "endpoint", "path_style", "access_key", "credentials"}
    ),
}
"""The settings of each store."""

NEEDED: dict[str, str] = {"http": "address", "s3": "bucket"}
"""The setting without which a store cannot be found."""
