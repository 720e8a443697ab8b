"""Build sheets: pages from which a person sets up by hand what no API takes."""
