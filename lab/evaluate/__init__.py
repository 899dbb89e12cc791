"""What `overtone evaluate` runs: how good the answers are, each by its field's own measures."""
