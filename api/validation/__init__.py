"""Validation over HTTP: the kept reports of data sets, and checks of what somebody sends."""
