"""Work that takes longer than a request: jobs, kept for whoever started them until they expire."""
