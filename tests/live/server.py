"""A real Tryton with an inbox, for one test: reached over HTTP and SMTP alone."""

from __future__ import annotations

import base64
import json
import mailbox
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import requests

from tests.live import template

HOMES = Path(__file__).parent.parent / ".engines"
NEVER = timedelta.max
_TAG = re.compile(r"<[^>]+>")
TRIGGER = "marketing.automation.scenario|trigger"
PROCESS = "marketing.automation.record.activity|process"
PARTY = "party.party"
WAITING = "marketing.automation.record.activity"


def is_installed(kind):
    """Say whether there is a Tryton to start."""
    return (kind.home / "template.key").is_file()


def words(page):
    """Return the words of a page, without tags."""
    return " ".join(unescape(_TAG.sub(" ", page)).split())


@dataclass(frozen=True)
class Mail:
    """A mail as it landed: whom it is for, and what they see of it."""

    to: str
    subject: str
    html: str
    text: str
    sender: str

    @property
    def words(self):
        """Return the words of the page."""
        return words(self.html)

    def links(self):
        """Return where its links and its picture lead."""
        return re.findall(r'<a [^>]*?href="([^"]+)"', self.html), re.findall(
            r'<img [^>]*?src="([^"]+)"', self.html
        )


@dataclass
class Warp:
    """A clock that is set forward: what waits there is done in the order in which it is due.

    `due` are the moments of activities that wait, counted from `now` of the beginning.
    """

    server: Server
    now: timedelta = timedelta()
    due: dict[int, timedelta] = field(default_factory=dict)
    seen: int = 0

    def look(self):
        """Note what waits since the last look; return the mails that landed meanwhile."""
        moment = datetime.now()  # noqa: DTZ005 - as the server has it
        for row in self.server.find(WAITING, [["state", "=", "waiting"]], ("at",)):
            if row["at"] is None or row["id"] in self.due:
                continue
            at = row["at"]
            when = datetime(  # noqa: DTZ001 - as the server has it
                *(at[name] for name in ("year", "month", "day", "hour", "minute", "second"))
            )
            rest = round((when - moment).total_seconds() / 60)
            self.due[row["id"]] = self.now + timedelta(minutes=max(0, rest))
        mails = self.server.inbox()
        fresh, self.seen = mails[self.seen :], len(mails)
        return [(self.now, mail) for mail in fresh]

    def step(self, until):
        """Do what is due next, if it is due by a moment; None if nothing is."""
        landed = self.look()
        waiting = {one["id"] for one in self.server.find(WAITING, [["state", "=", "waiting"]])}
        due = {id_: at for id_, at in self.due.items() if id_ in waiting}
        if not due or min(due.values()) > until:
            self.now = until
            return landed or None
        self.now = max(self.now, min(due.values()))
        past = {"__class__": "datetime", "year": 2020, "month": 1, "day": 1}
        past |= dict.fromkeys(("hour", "minute", "second", "microsecond"), 0)
        for id_, at in due.items():
            if at <= self.now:
                self.server.rest("PUT", f"{WAITING}/{id_}", {"at": past})
        self.server.run_once(PROCESS)
        for row in self.server.find(WAITING, [["state", "=", "waiting"]]):
            if self.due.get(row["id"], NEVER) <= self.now:
                self.due[row["id"]] = NEVER  # who unsubscribed is left waiting
        return landed + self.look()

    def run(self, until):
        """Do all that is due by a moment; return `(moment, mail)` of what landed."""
        landed = []
        while True:
            found = self.step(until)
            if found is None:
                return landed
            landed += found


class Server:
    """Runs Tryton 8.0 and an SMTP server that keeps what it is sent, in a folder of their own.

    `options` are what a target says to reach it; the secret that belongs to them is `key`.
    """

    home = HOMES / "tryton"
    has_unsubscribable = True
    has_numbers = True
    """Whether parties have a field that is a number."""

    def __init__(self, folder):
        self.folder = Path(folder).absolute()
        self.port, self._smtp_port = template.free_port(), template.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = template.NAME
        self.options = {"database": self.database}
        self.key = (self.home / "template.key").read_text("utf-8")
        self._running = []
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"bearer {self.key}"

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.home / "template.sqlite", self.folder / f"{self.database}.sqlite")
        self._log = (self.folder / "log").open("wb")
        config = template.configured(self.folder, self.port, self._smtp_port)
        inbox = [self.home / "bin" / "python", "-m", "aiosmtpd", "-n"]
        inbox += ["-l", f"127.0.0.1:{self._smtp_port}", "-c", "aiosmtpd.handlers.Mailbox"]
        self._running = [
            template.started(self.home, config, self._log),
            subprocess.Popen(
                [*inbox, self.folder / "mail"], stdout=self._log, stderr=subprocess.STDOUT
            ),
        ]
        template.ready(self.home, self.url, self._running[0])
        return self

    def __exit__(self, *_):
        for one in self._running:
            template.stopped(one)
        self._session.close()
        self._log.close()

    # -- what a person does there -------------------------------------------------------------

    def rest(self, method, path, data=None, **query):
        """Make a call of the REST interface, and return what it answers."""
        url = f"{self.url}/{self.database}/rest/model/{path}"
        answer = self._session.request(method, url, json=data, params=query, timeout=120)
        assert answer.ok, f"{method} {path} → {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def find(self, model, domain=(), fields=("id",)):
        """Return records."""
        coded = base64.urlsafe_b64encode(json.dumps(list(domain)).encode()).decode()
        return self.rest("GET", model, d=coded, f=list(fields))

    def party(self, name, email=None, **fields):
        """Make somebody who may get mail."""
        data = {"name": name, **fields}
        if email is not None:
            data["contact_mechanisms"] = [["create", [{"type": "email", "value": email}]]]
        return self.rest("POST", "party.party", data)["id"]

    def category(self, name):
        """Make a category of parties."""
        return self.rest("POST", "party.category", {"name": name})["id"]

    def clear(self):
        """Take away all that tests make, so that the next one begins with nothing."""
        for model in ("marketing.automation.scenario", "marketing.automation.activity", PARTY):
            self._drop(model, [row["id"] for row in self.find(model)])
        shutil.rmtree(self.folder / "mail", ignore_errors=True)
        for name in ("cur", "new", "tmp"):
            (self.folder / "mail" / name).mkdir(parents=True)

    def _drop(self, model, ids):
        for id_ in ids:
            self.rest("DELETE", f"{model}/{id_}")

    def run_once(self, method):
        """Have a scheduled task done now."""
        (task,) = self.find("ir.cron", [["method", "=", method]])
        self.rest("POST", f"ir.cron/{task['id']}/run_once", {})

    def begin(self):
        """Let running scenarios take in whom they find; return a clock that begins now."""
        warp = Warp(self, seen=len(self.inbox()))
        self.run_once(TRIGGER)
        return warp

    def inbox(self):
        """Return the mails that landed, in their order."""
        folder = self.folder / "mail"
        if not folder.is_dir():
            return []
        kept = mailbox.Maildir(folder, create=False)
        names = sorted(kept.keys(), key=lambda name: (folder / "new" / name).stat().st_mtime_ns)
        return [_mail(kept[name]) for name in names]

    def visit(self, link):
        """Follow a link as a browser does, to the first redirect."""
        answer = self._session.get(link, allow_redirects=False, timeout=120)
        assert answer.status_code in {200, 301, 302, 303, 307, 308}, answer.text[:300]
        return answer.headers.get("location", "")

    def wait_for_mail(self, count, seconds=10):
        """Wait until so many mails are there."""
        end = time.monotonic() + seconds
        while len(self.inbox()) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.inbox()


class OldServer(Server):
    """Runs Tryton 6.0, where the same is done over JSON-RPC."""

    home = HOMES / template.OLD
    has_unsubscribable = has_numbers = False
    _token = ""

    def __init__(self, folder):
        super().__init__(folder)
        self.options = {"database": self.database, "user": template.USER}

    def __enter__(self):
        super().__enter__()
        _, self._token = template.entered(f"{self.url}/{self.database}/")
        return self

    def _called(self, method, *parameters):
        rpc = f"{self.url}/{self.database}/"
        return template.called(rpc, method, *parameters, {}, token=self._token)

    def rest(self, method, path, data=None):
        """Make the call of JSON-RPC that does what one of REST does."""
        model, *more = path.split("/")
        id_, button = [int(more[0])] if more else [], more[1] if len(more) > 1 else ""
        match method, len(more):
            case "POST", 0:
                return {"id": self._called(f"model.{model}.create", [data])[0]}
            case "PUT", 1:
                return self._called(f"model.{model}.write", id_, data)
            case "DELETE", 1:
                return self._called(f"model.{model}.delete", id_)
        return self._called(f"model.{model}.{button}", id_)

    def _drop(self, model, ids):
        self._called(f"model.{model}.delete", ids)

    def find(self, model, domain=(), fields=("id",)):
        """Return records, with those they refer to below the same names as over REST."""
        method = f"model.{model}.search_read"
        rows = self._called(method, list(domain), 0, None, None, list(fields))
        return [{name.removesuffix("."): one for name, one in row.items()} for row in rows]


def _mail(message):
    from email import message_from_bytes
    from email.policy import default

    read = message_from_bytes(message.as_bytes(), policy=default)
    page, plain = read.get_body(("html",)), read.get_body(("plain",))
    return Mail(
        to=str(read["To"]),
        subject=str(read["Subject"]).strip(),  # 6.0 folds it before its first word
        html=page.get_content() if page is not None else "",
        text=plain.get_content() if plain is not None else "",
        sender=str(read["From"]),
    )
