"""The stories are executed: every command on the page prints what the page shows.

`CRMSPEC_GOLDEN=rewrite pytest tests/docs/test_stories.py` writes the real output into the page.
"""

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from crmspec.cli.main import cli

PAGE = Path(__file__).parents[2] / "docs" / "stories.md"
BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)
SECONDS = re.compile(r" +\d+\.\d s$", re.MULTILINE)
REWRITE = os.environ.get("CRMSPEC_GOLDEN") == "rewrite"


def lay(folder: Path, content: str) -> None:
    parts = FILE.split(content)
    for path, text in zip(parts[1::2], parts[2::2], strict=True):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def answer(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "crmspec"
    return SECONDS.sub("", CliRunner().invoke(cli, words[1:], prog_name="crmspec").output)


def session(content: str) -> str:
    commands = [line for line in content.splitlines() if line.startswith("$ ")]
    return "".join(f"{line}\n{answer(line[2:])}" for line in commands)


def test_every_command_prints_what_the_page_shows(tmp_path, monkeypatch):
    monkeypatch.setenv("CRMSPEC_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")
    page = PAGE.read_text(encoding="utf-8")
    shown, real = [], page
    for number, match in enumerate(BLOCK.finditer(page)):
        language, content = match.groups()
        if language == "yaml":
            folder = tmp_path / str(number)
            folder.mkdir()
            monkeypatch.chdir(folder)
            lay(folder, content)
            continue
        got = session(content)
        shown.append((content, got))
        real = real.replace(match[0], f"```console\n{got}```\n", 1)
    assert len(shown) >= 5
    if REWRITE:
        PAGE.write_text(real, encoding="utf-8")
        pytest.skip("the page was rewritten")
    for content, got in shown:
        assert got == content


def test_the_readme_shows_the_first_story():
    readme = (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
    shown = next(m[2] for m in BLOCK.finditer(readme) if m[1] == "console")
    told = next(m[2] for m in BLOCK.finditer(PAGE.read_text(encoding="utf-8")) if m[1] == "console")
    assert shown == re.sub(r"^2 files.*\n", "", told, flags=re.MULTILINE)
