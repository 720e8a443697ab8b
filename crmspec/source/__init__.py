"""Source text and places in it: the bottom layer, which knows nothing of YAML."""

from crmspec.source.memory import Memory
from crmspec.source.span import Position, Source, Span

__all__ = ["Memory", "Position", "Source", "Span"]
