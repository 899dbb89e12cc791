"""How things look: what a question answered, as Dash components."""
