"""The server's own tests, one module per concern; `test_server.py` runs them."""
