"""What each dialect cannot say of the example project."""

import os
from pathlib import Path

from crmspec.cli.main import run

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden" / "example.md"


def test_golden_losses_of_the_example(capsys):
    assert run(["compile", "--all", "--format", "markdown", "--project", str(ROOT)]) == 0
    table = capsys.readouterr().out
    if os.environ.get("CRMSPEC_GOLDEN") == "rewrite":
        GOLDEN.write_text(table, encoding="utf-8")
    assert table == GOLDEN.read_text("utf-8")
