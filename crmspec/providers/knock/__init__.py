"""Knock, by its management API: workflows, audiences, email layouts and partials."""
