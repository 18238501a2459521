"""Saved queries as APIs: `/api/v1/queries/…`, each with its parameters, its columns and its OpenAPI entry.

file ─▶ `graph.queries` ─▶ `catalogue` (choices, owner) ─▶ `asking` · `openapi`
request ─▶ `asking` ─▶ Engine ─▶ `rows` ─▶ JSON or CSV
"""
