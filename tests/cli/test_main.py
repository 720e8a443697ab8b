"""The command line as a whole: exit codes, start-up, help."""

import subprocess
import sys
from pathlib import Path

import pytest

from crmspec import __version__
from crmspec.cli import main
from crmspec.cli.exit_code import ExitCode

HEAVY = ("jinja2", "jsonschema", "jsonschema_rs", "requests", "yaml", "msgspec", "filelock")


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_the_table_of_exit_codes_is_frozen():
    assert {code.name: int(code) for code in ExitCode} == {
        "CLEAN": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "CHANGES": 3,
        "INCOMPLETE": 4,
        "DRIFT": 5,
        "BUG": 70,
        "INTERRUPTED": 130,
    }


def test_version_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['crmspec', '--version']\n"
        "from crmspec.__main__ import main; main();"
        f"print([m for m in {(*HEAVY, 'click')!r} if m in sys.modules])"
    )
    assert python(code).stdout.split("\n")[:2] == [f"crmspec {__version__}", "[]"]


def test_help_imports_no_command():
    code = (
        "import sys; from crmspec.cli.main import run; run(['--help']);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], "
        "[m for m in sys.modules if m.startswith('crmspec.cli.command.')])"
    )
    assert python(code).stdout.strip().endswith("[] []")


def test_help_lists_every_command(crmspec):
    code, out, _ = crmspec("--help")
    assert code == 0
    for name in main.COMMANDS:
        assert f"\n  {name} " in out


@pytest.mark.parametrize("name", list(main.COMMANDS))
def test_every_command_has_help(crmspec, name):
    code, out, _ = crmspec(name, "--help")
    assert code == 0
    assert out.startswith("Usage: crmspec")


def test_an_unknown_command_is_a_usage_error_with_a_suggestion(crmspec):
    code, _, err = crmspec("chekc")
    assert code == 2
    assert "Did you mean 'check'?" in err


def test_a_bug_leaves_a_report_and_no_traceback(crmspec, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr("crmspec.api.check.check_paths", broken)
    code, out, err = crmspec("check")
    assert (code, out) == (70, "")
    assert "Traceback" not in err
    report = err.split()[-1]
    assert "RuntimeError: boom" in Path(report).read_text()


def test_an_interruption_says_so(crmspec, monkeypatch):
    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("crmspec.api.check.check_paths", interrupted)
    code, _, err = crmspec("check")
    assert (code, err.strip().splitlines()[-1]) == (130, "interrupted")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(crmspec, shell):
    code, out, _ = crmspec("completion", shell)
    assert code == 0
    assert "_CRMSPEC_COMPLETE" in out
