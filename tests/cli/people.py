"""People at work in the embedded sandbox of the project in the current folder."""

from contextlib import contextmanager
from pathlib import Path

import requests

from crmspec.providers.sandbox.server import SandboxServer


@contextmanager
def account(folder=".crmspec"):
    """Give a function that calls the sandbox: method, path, body and headers to JSON data."""
    with SandboxServer(Path(folder, "sandbox.db")) as server, requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {server.token}"

        def call(method, path, body=None, **headers):
            url = f"{server.url}/v1/{path}"
            answer = session.request(method, url, json=body, headers=headers)
            assert answer.ok, answer.text
            return answer.json() if answer.content else None

        yield call


def found(collection, name, folder=".crmspec"):
    """Return the object of a name, or None."""
    with account(folder) as call:
        objects = call("GET", f"{collection}?limit=100")["data"]
        return next((one for one in objects if one["name"] == name), None)


def edit(collection, name, title=None, *, folder=".crmspec", **definition):
    """Change an object as people do, in its definition or its name."""
    native = found(collection, name, folder)
    kept = ("name", "external_key", "definition", "description", "status")
    body = {key: native[key] for key in kept if native.get(key) is not None}
    body["name"] = title or name
    body["definition"] = native["definition"] | definition
    with account(folder) as call:
        path = f"{collection}/{native['id']}"
        call("PUT", path, body, **{"If-Match": str(native["revision"])})


def populate(folder=".crmspec", **counts):
    """Let so many be on their way in chains, by the names of the chains."""
    ids = {found("chains", name, folder)["id"]: count for name, count in counts.items()}
    with SandboxServer(Path(folder, "sandbox.db")) as server, requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {server.token}"}
        answer = session.post(f"{server.url}/_people", json=ids, headers=headers)
        assert answer.ok, answer.text
