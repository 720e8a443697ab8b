"""Braze, by its REST API: e-mail templates, content blocks and catalogs; the rest is by hand."""
