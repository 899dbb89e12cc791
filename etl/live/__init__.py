"""What a click asks and the command too: one file a question that computes. Reads what the night built."""
