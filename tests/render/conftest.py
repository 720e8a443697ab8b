"""Programs made from YAML, as the product makes them."""

from __future__ import annotations

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.render import View
from crmspec.schema import validate


def load(files: dict[str, str], templates: dict[str, str] | None = None):
    results = [read(path, text.encode()) for path, text in files.items()]
    documents = [document for result in results for document in result.documents]
    findings = [found for result in results for found in result.diagnostics]
    findings += [found for document in documents for found in validate(document).diagnostics]
    assert not findings, [found.message.english() for found in findings]
    sources = {result.source.path: result.source for result in results}
    return build(documents, frozenset(), templates or {}), sources


@pytest.fixture
def make_view():
    def make(yaml: str, lang: str = "en", templates: dict[str, str] | None = None) -> View:
        program, sources = load({"campaigns/example.yaml": yaml}, templates)
        return View(program, lang, sources)

    return make


@pytest.fixture
def load_files():
    return load
