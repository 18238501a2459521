"""Clients generated from the OpenAPI document: a typed Python package, and TypeScript types."""
