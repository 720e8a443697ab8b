"""`preview`: messages as pages, pictures, a live page and test letters."""
