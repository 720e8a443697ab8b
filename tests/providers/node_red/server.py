"""A real Node-RED for tests, on a free port, with an access token, and an inbox beside it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from email import message_from_bytes
from email.policy import default
from shutil import which
from typing import TYPE_CHECKING

import requests
from aiosmtpd.handlers import Sink

from tests.contract.node_red import CASE
from tests.contract.rest import CANARY
from tests.dialect.engine import FOLDER, absent

if TYPE_CHECKING:
    from pathlib import Path

RED = FOLDER / "node_modules" / "node-red" / "red.js"
MAIL = FOLDER / "node_modules" / "node-red-node-email"
PATIENCE = 90
ADMIN = "canary-of-the-admin"
SCOPES = ["flows.read", "flows.write", "nodes.read", "settings.read"]
"""What a target's token must be allowed to do, and no more."""
SETTINGS = """
module.exports = {
  uiHost: "127.0.0.1", uiPort: PORT, httpAdminRoot: "/admin", disableEditor: true,
  userDir: FOLDER, flowFile: "flows.json", credentialSecret: "a secret of tests",
  telemetry: {enabled: false, updateNotification: false},
  editorTheme: {tours: false}, logging: {console: {level: "warn", metrics: false, audit: false}},
  adminAuth: {
    type: "credentials", users: [],
    tokens: async (token) => ({
      TOKEN: {username: "deployer", permissions: SCOPES},
      ADMIN: {username: "admin", permissions: "*"},
    })[token] || null,
  },
};
"""


class NodeRed:
    """Runs Node-RED, and looks into it past the provider."""

    platform, case, traits = "node_red", CASE, frozenset({"secret"})

    def __init__(self, folder: Path, port: int):
        if which("node") is None or not RED.is_file() or not MAIL.is_dir():
            absent("node-red", "bash .ci/engines")
        self.folder, self.port, self.process = folder, port, None
        self.root = f"http://127.0.0.1:{port}"
        self.url = f"{self.root}/admin"
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers.update({"Authorization": f"Bearer {ADMIN}", "Node-RED-API-Version": "v2"})

    def __enter__(self):
        said = SETTINGS.replace("PORT", str(self.port)).replace("TOKEN", json.dumps(CANARY))
        said = said.replace("ADMIN", json.dumps(ADMIN)).replace("SCOPES", json.dumps(SCOPES))
        file = self.folder / "settings.js"
        file.write_text(said.replace("FOLDER", json.dumps(str(self.folder))), encoding="utf-8")
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Start the server and wait until it answers."""
        log = (self.folder / "log").open("ab")
        environment = {**os.environ, "SMTP_USER": "shop", "SMTP_PASSWORD": "secret", "TZ": "UTC"}
        self.process = subprocess.Popen(
            ["node", str(RED), "--settings", str(self.folder / "settings.js")],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=self.folder,
        )
        log.close()
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.1)

    def stop(self):
        """End it."""
        self.process.terminate()
        self.process.wait(30)

    def said(self):
        """Return what it wrote."""
        return (self.folder / "log").read_text("utf-8")

    def _answers(self):
        try:
            return self.http.get(f"{self.url}/flows", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def flows(self):
        return self.http.get(f"{self.url}/flows", timeout=20).json()["flows"]

    def clear(self):
        """Delete all tabs."""
        self.http.post(f"{self.url}/flows", json={"flows": []}, timeout=20).raise_for_status()

    def objects(self):
        """Return `(label, tab)` of every tab."""
        return [(one["label"], one) for one in self.flows() if one["type"] == "tab"]

    def tab(self, label):
        """Return a tab with its nodes."""
        (id_,) = (one["id"] for name, one in self.objects() if name == label)
        return self.http.get(f"{self.url}/flow/{id_}", timeout=20).json()

    def put(self, tab):
        """Change a tab as the editor does."""
        self.http.put(f"{self.url}/flow/{tab['id']}", json=tab, timeout=20).raise_for_status()

    def hand_edit(self):
        """Edit what the case says, as a person would."""
        tab = self.tab("Спасибо")
        for node in tab["nodes"]:
            node["x"] += 200
        self.put({**tab, "label": "Спасибо (UI)"})

    def post(self, path, data):
        """Post an event as an application does."""
        bare = requests.post(self.root + path, json=data, timeout=20)
        return bare.status_code

    def faults(self, **_):
        """A real server has its own."""


class Inbox(Sink):
    """Keeps letters with the moment at which they came."""

    def __init__(self):
        self.letters = []
        super().__init__()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the server's name
        self.letters.append(
            (time.monotonic(), message_from_bytes(envelope.content, policy=default))
        )
        return "250 OK"

    def wait(self, count, seconds=PATIENCE, subject=None):
        """Return the letters once there are as many, of one subject or of all."""
        until = time.monotonic() + seconds
        while self.count(subject) < count and time.monotonic() < until:
            time.sleep(0.02)
        return list(self.letters)

    def count(self, subject=None):
        """Return how many letters there are."""
        return sum(subject in {None, str(mail["Subject"])} for _, mail in list(self.letters))
