"""Search in names and codes over HTTP: one reading of the request for the API and the page."""
