"""Measuring Assay: not part of a running server. `manage.py bench` and the fault tests use it."""
