"""Located YAML documents: plain data in which every key and value knows its place."""

from crmspec.document.node import Entry, Mapping, Node, Scalar, Sequence

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence"]
