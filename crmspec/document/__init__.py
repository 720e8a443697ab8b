"""Located YAML documents: plain data in which every key and value knows its place."""

from crmspec.document.account import shared
from crmspec.document.given import environments, explained, unused, variables
from crmspec.document.node import Entry, Mapping, Node, Scalar, Sequence
from crmspec.document.overlay import absent, overlaid
from crmspec.document.reader import ReadResult, read
from crmspec.document.stream import FAST
from crmspec.document.variable import interpolate

__all__ = [
    "FAST",
    "Entry",
    "Mapping",
    "Node",
    "ReadResult",
    "Scalar",
    "Sequence",
    "absent",
    "environments",
    "explained",
    "interpolate",
    "overlaid",
    "read",
    "shared",
    "unused",
    "variables",
]
