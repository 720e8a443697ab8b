"""Unisender: fields, lists, letter templates and drafts of letters, over its RPC API."""
