"""Writing, as far as the service knows of it: who may ask, and the process that does it."""
