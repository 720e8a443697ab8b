"""A table with two small files to make findings about."""

from crmspec.diagnostics import Code, Diagnostic, Edit, Fix, Label, Safety, Severity, text
from crmspec.diagnostics.report import Report
from crmspec.source import Source, Span

CONFLICT = Code("CRM301", "double-booking", text("two at once"))
UNUSED = Code("CRM203", "unused-resource", text("nothing uses it"), Severity.WARNING)
REMARK = Code("CRM014", "empty-file", text("nothing in it"), Severity.INFO)

CHAINS = """\
chains:
  cart:
    trigger: {event: cart_updated}
    steps:
      - send: cart_1
      - waitt: 1h
  welcome:
    trigger: {event: signup}
    steps:
      - send: cart_1
"""
LIMITS = """\
frequency:
  daily:
    limits:
      - {max: 3, per: 1d}
"""


class Desk:
    """Makes findings about two small files."""

    def __init__(self):
        self.sources = {}
        self.put("campaigns/chains.yaml", CHAINS)
        self.put("campaigns/limits.yaml", LIMITS)

    def put(self, path, content):
        self.sources[path] = Source(path, content)

    def span(self, words, nth=0, path=None):
        for name, source in self.sources.items():
            at = -1
            for _ in range(nth + 1):
                at = source.text.find(words, at + 1)
            if at >= 0 and path in (None, name):
                return Span(name, at, at + len(words))
        raise AssertionError(words)

    def finding(self, words, code=CONFLICT, message="something about `{x}`", **rest):
        span = words if isinstance(words, Span) else self.span(words)
        label = Label(span, rest.pop("says", None))
        return Diagnostic(code=code, message=text(message, x="cart"), label=label, **rest)

    def rename(self, words, replacement, safety=Safety.SAFE, **rest):
        span = words if isinstance(words, Span) else self.span(words)
        fix = Fix(text("write `{new}`", new=replacement), (Edit(span, replacement),), safety)
        return self.finding(span, fixes=(fix,), **rest)

    def report(self, *findings, **rest):
        return Report.of(findings, self.sources, **rest)
