"""The same person met twice, in one company or in two: found, decided, merged."""
