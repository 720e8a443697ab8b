"""What takes the whole language: people who read build sheets, and folders."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from crmspec.lower.capability import Capabilities, lowered, rows
from crmspec.lower.element import FAMILIES

_FOLDED: Final = ("block", "layout", "tag")

BY_HAND: Final = Capabilities(
    platform="build_sheet",
    title="a build sheet",
    revision="1",
    rows={
        **{family: rows(native=" ".join(names)) for family, names in FAMILIES.items()},
        "kind": rows(native=" ".join(kind for kind in FAMILIES["kind"] if kind not in _FOLDED))
        | lowered("fold", " ".join(_FOLDED)),
    },
    dialect="any",
)
"""Blocks and layouts are in the texts of messages already, tags are only for the project."""

FILES: Final = replace(BY_HAND, platform="files", title="the folder")
