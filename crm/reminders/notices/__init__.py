"""The reminders that nudges arm, close and withdraw."""
