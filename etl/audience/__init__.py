"""What an audience is like, from who listened to what."""
