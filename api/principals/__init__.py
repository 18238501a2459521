"""Who asks: the key or token of a request becomes an identity, before any route sees the request."""
