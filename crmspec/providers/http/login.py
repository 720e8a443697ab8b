"""How a target is told who calls: in headers, in the query or in a form; never shown."""

from __future__ import annotations

from base64 import b64encode

import msgspec


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """What is added to every request, and the words to hide wherever they turn up."""

    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    form: dict[str, str] = {}
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Login(…)"


def bearer(token: str) -> Login:
    """Send `Authorization: Bearer TOKEN`."""
    return header("Authorization", "Bearer {}", token)


def basic(user: str, password: str) -> Login:
    """Send `Authorization: Basic …`, in UTF-8."""
    pair = b64encode(f"{user}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}"}
    return Login(headers=headers, secrets=(password, pair))


def header(name: str, pattern: str, secret: str) -> Login:
    """Send a header such as `Klaviyo-API-Key {}`, with the secret in the braces."""
    return Login(headers={name: pattern.replace("{}", secret)}, secrets=(secret,))


def parameter(name: str, secret: str) -> Login:
    """Send the secret in the query, where nothing else is understood."""
    return Login(query={name: secret}, secrets=(secret,))


def field(name: str, secret: str) -> Login:
    """Send the secret as a field of each form; calls that send no form go without it."""
    return Login(form={name: secret}, secrets=(secret,))
