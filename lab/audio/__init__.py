"""Broken songs by the thousand, sent to the process that hears songs."""
