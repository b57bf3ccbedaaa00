"""The guide as data, and what a structure adapts of it: wording, delays, proofs."""
