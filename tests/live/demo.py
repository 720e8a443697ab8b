"""Show a chain on a real Tryton: `python -m tests.live.demo FOLDER`, which is made anew.

It is deployed, edited there by hand, put right, and run in days that pass at once; what lands in
the inbox is compared with what the interpreter predicts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from crmspec.api.simulate import sound
from tests.live.prediction import END, landed, predicted
from tests.live.server import Server
from tests.live.shop import PROJECT, buyer

PEOPLE = (("Anna", "V1", 30), ("Boris", None, None))
"""Name, code, and how many minutes after the first letter they follow its link."""
ACTIVITY = "marketing.automation.activity"


def main(folder):
    """Run the demo; return whether all landed as predicted."""
    shutil.rmtree(folder, ignore_errors=True)
    with Server(folder / "tryton") as server:
        project = _project(folder / "project", server.url)
        crmspec = _crmspec(project, server.key)
        crmspec("check")
        crmspec("plan")
        crmspec("apply", "--yes", "--activate")
        crmspec("plan", "--exit-code")
        _edit(server)
        crmspec("drift")
        crmspec("apply", "--yes", "--overwrite", "--quiet")
        crmspec("plan", "--exit-code")
        return _days(server, sound(project).program)


def _say(words):
    print(words, flush=True)  # noqa: T201 - it is a demo


def _project(folder, url):
    """Copy the project, for a server at an address."""
    shutil.copytree(PROJECT, folder)
    settings = folder / "crmspec.yaml"
    text = settings.read_text("utf-8").replace("http://127.0.0.1:8000", url)
    settings.write_text(text, encoding="utf-8")
    return folder


def _crmspec(project, key):
    """Return what runs crmspec in a project, and shows it."""
    root = Path(__file__).parents[2]
    environment = {**os.environ, "TRYTON_KEY": key, "PYTHONPATH": str(root)}

    def run(*arguments):
        _say(f"\n$ crmspec {' '.join(arguments)}")
        command = [sys.executable, "-m", "crmspec", *arguments]
        subprocess.run(command, cwd=project, env=environment, check=True)

    return run


def _edit(server):
    _say("\nSomebody changes the subject of the first letter in Tryton.")
    (row,) = server.find(ACTIVITY, [["name", "=", "first"]])
    server.rest("PUT", f"{ACTIVITY}/{row['id']}", {"email_title": "SALE!!!"})


def _days(server, program):
    """Let days pass for each of some people in turn, and compare what lands."""
    _say("\nTwenty days pass at once.")
    right = True
    for name, code, clicks in PEOPLE:
        buyer(server, name, code=code)
        warp = server.begin()
        mails = warp.run(timedelta(hours=1))
        if clicks is not None:
            mails += warp.run(timedelta(minutes=60 + clicks))
            server.visit(mails[0][1].links()[0][0])
        mails += warp.run(END)
        profile = {"name": name, "code": code, "email": "x@example.com", "groups": ["Buyers"]}
        came, meant = landed(mails), predicted(program, profile, clicks)
        for moment, subject, _ in came:
            _say(f"  {name:6} {moment!s:>16}  {subject}")
        right = right and came == meant
    _say("all as predicted" if right else "NOT as predicted")
    return right


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1]).absolute()) else 1)
