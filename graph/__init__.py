"""The kernel and the engines: what reading (`api`) and writing (`ingest`) both stand on."""
