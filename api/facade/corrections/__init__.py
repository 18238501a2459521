"""Writing one resource through its collection: PUT, PATCH, POST ([0023](docs/decisions)).

body ─▶ `merge_patch` ─▶ `reading` (terms by key) ─▶ `change` (against `state`) ─▶ an update (`api.updates`)

What a key takes, who may write it and what is refused follows from the shape; the shapes themselves judge
what would come of it, before anything is published (0014).
"""
