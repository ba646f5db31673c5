"""Engines: many passes, one after the other."""
