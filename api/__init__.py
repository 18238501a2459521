"""The service: HTTP in front of the current generation. Reads only; writing is `ingest`."""
