"""Which records may be one, put before people who decide: pairs, answers, who works on which, comparing everybody."""
