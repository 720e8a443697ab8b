"""The HTTP client of all vendors' providers; nothing here knows a vendor."""

from crmspec.providers.http.client import Client
from crmspec.providers.http.login import Login, basic, bearer, field, header, parameter
from crmspec.providers.http.manner import Manner
from crmspec.providers.http.pages import Page, by_mark, by_number, by_offset
from crmspec.providers.http.reply import Complaint, Reply, complaint
from crmspec.providers.http.route import route
from crmspec.providers.http.transport import Timeouts

__all__ = [
    "Client",
    "Complaint",
    "Login",
    "Manner",
    "Page",
    "Reply",
    "Timeouts",
    "basic",
    "bearer",
    "by_mark",
    "by_number",
    "by_offset",
    "complaint",
    "field",
    "header",
    "parameter",
    "route",
]
