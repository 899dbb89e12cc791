"""What the command does with files of one's own: nothing here touches storage or the warehouse."""
