"""What a structure chooses of its reminders, its days of work and its solicitations."""
