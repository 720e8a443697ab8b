"""Where state is kept."""

from crmspec.stores.file import FileStore

__all__ = ["FileStore"]
