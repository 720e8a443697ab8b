"""The frame of providers that speak REST: a vendor adds a table, encoders and collections."""

from crmspec.providers.rest.brief import Brief
from crmspec.providers.rest.collection import Collection, Item, Point
from crmspec.providers.rest.encoded import Encoded, Encoder, Untold
from crmspec.providers.rest.provider import AccountProvider
from crmspec.providers.rest.vendor import Vendor

__all__ = [
    "AccountProvider",
    "Brief",
    "Collection",
    "Encoded",
    "Encoder",
    "Item",
    "Point",
    "Untold",
    "Vendor",
]
