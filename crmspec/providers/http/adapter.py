"""Connections of `requests` that a deadline can cut and that print nothing of what they send."""

from __future__ import annotations

import os
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLSocket
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from crmspec.providers.http.deadline import watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from urllib3 import PoolManager, ProxyManager

    Signature = Callable[[requests.PreparedRequest], requests.PreparedRequest]


class _Plain(HTTPConnection):
    debuglevel = 0  # `http.client` would print headers, whoever switches that on

    def send(self, data: Any) -> None:  # noqa: ANN401 - as the base class has it
        if self.sock is None:
            self.connect()
        watch(self.sock, sent=True)
        super().send(data)


class _Safe(HTTPSConnection):
    debuglevel = 0

    def send(self, data: Any) -> None:  # noqa: ANN401 - as above
        if self.sock is None:
            self.connect()
        watch(self.sock, sent=isinstance(self.sock, SSLSocket))
        super().send(data)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _Safe


_POOLS = {"http": _PlainPool, "https": _SafePool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - as above
        super().init_poolmanager(*args, **settings)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **settings: Any) -> ProxyManager:  # noqa: ANN401 - as above
        manager: ProxyManager = super().proxy_manager_for(proxy, **settings)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def session(sign: Signature, *, proxied: bool) -> requests.Session:
    """Open a session whose requests are signed by `sign`, and by no `.netrc`; it keeps no cookies.

    Certificates are always verified, with those of the environment if it names some; so are
    proxies taken from there.
    """
    opened = requests.Session()
    opened.auth = sign
    opened.trust_env = proxied
    opened.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    opened.headers["Accept-Encoding"] = "gzip, deflate"
    opened.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    for scheme in ("http://", "https://"):
        opened.mount(scheme, _Adapter())
    return opened
