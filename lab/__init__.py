"""What we measure: what things cost, how good the answers are, training, what breaks. Never needed to run."""
