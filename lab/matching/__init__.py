"""How the weights of matches are fitted."""
