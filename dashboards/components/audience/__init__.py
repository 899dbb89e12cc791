"""How an audience looks: one file a question, and what they share."""
