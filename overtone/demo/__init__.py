"""The demo: the whole platform on one machine, over a made world."""
