"""Stores that answer SPARQL, and the published generations they are opened from."""
