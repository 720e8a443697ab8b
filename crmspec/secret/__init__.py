"""Secrets: found where a project says they are, held without being shown, hidden in words."""
