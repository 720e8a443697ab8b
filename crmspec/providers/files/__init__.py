"""A folder as a target: payloads, compiled texts and build sheets, for review and hand-off."""
