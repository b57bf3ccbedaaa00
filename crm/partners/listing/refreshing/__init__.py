"""All that partners and contacts are found by, computed anew."""
