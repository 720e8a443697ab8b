"""Providers: one folder per execution system, each with the same four verbs."""
