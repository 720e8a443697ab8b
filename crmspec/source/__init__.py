"""Source text and places in it: the bottom layer, which knows nothing of YAML."""

from crmspec.source.line_break import line_break, with_breaks_of
from crmspec.source.memory import Memory, Once
from crmspec.source.span import Position, Source, Span

__all__ = ["Memory", "Once", "Position", "Source", "Span", "line_break", "with_breaks_of"]
