"""UniOne and Unisender Go: templates of transactional letters, over their Web API."""
