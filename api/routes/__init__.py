"""One module per resource of the service; each has a `router`, and `api.app` lists them."""
