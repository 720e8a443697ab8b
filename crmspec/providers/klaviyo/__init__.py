"""Klaviyo, by its REST API: templates, universal content, lists, segments, flows, campaigns."""
