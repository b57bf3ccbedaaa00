"""The seven-step method: projects, partnerships, what each step asks before the next."""
