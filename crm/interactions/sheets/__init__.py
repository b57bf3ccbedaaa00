"""One exchange: what its page shows."""
