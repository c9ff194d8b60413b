"""Whole situations, built through actions: a class with an assignment, papers waiting, marks ready."""
