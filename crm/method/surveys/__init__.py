"""Step 7, « enquête de satisfaction »: a partner answers once, by a link, without an account."""
