"""The reference interpreter: what one customer's timeline is, by docs/semantics.md."""
