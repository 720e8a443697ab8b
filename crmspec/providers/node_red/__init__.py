"""Node-RED: chains as tabs of nodes, through the admin API; it has no customers."""
