"""The same request again, of the same caller, answered from what it was answered before: see `repeats`."""
