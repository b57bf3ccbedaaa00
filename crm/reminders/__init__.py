"""Things to do, the outbox, the digest, the scheduler."""
