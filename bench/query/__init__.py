"""The service beside other servers, query by query: see `python -m bench.query --help`."""
