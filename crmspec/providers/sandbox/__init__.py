"""The embedded sandbox: a small stand-in for an ESP, reached over HTTP; it sends nothing."""
