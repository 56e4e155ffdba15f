"""What the application does with the messages of the screens, one file a subject."""
