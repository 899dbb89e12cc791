"""Who to work with, and what to hear next: pure methods, each on small arrays and dataclasses."""
