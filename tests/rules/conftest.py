"""A way to see what a rule finds in a snippet of YAML."""

from textwrap import dedent

import pytest
from msgspec import structs

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio


def sources_of(results):
    return {result.source.path: result.source for result in results}


@pytest.fixture
def findings():
    """Return `(message, text of the place, replacement of the fix)` of the findings of a rule."""

    def judge(rule, *sources, files=None):
        results = [read(f"{n}.yaml", dedent(s).encode()) for n, s in enumerate(sources)]
        assert not [one for result in results for one in result.diagnostics]
        program = build(document for result in results for document in result.documents)
        program = structs.replace(program, files=files or {})
        texts = {path: source.text for path, source in sources_of(results).items()}
        texts |= {f"templates/{name}": written for name, written in (files or {}).items()}
        return [
            (
                one.message.english(),
                texts[one.label.span.path][one.label.span.start : one.label.span.end],
                [edit.replacement for fix in one.fixes for edit in fix.edits],
            )
            for one in rule.check(Portfolio(program, sources=sources_of(results)))
        ]

    return judge
