"""OneSignal: messages as templates, segments as filters, chains as journeys (beta)."""
