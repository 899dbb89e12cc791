"""Overtone's data side: from drops to the tables that the app reads."""
