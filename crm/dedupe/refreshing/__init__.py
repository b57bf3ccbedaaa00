"""The keys of likely duplicates, computed anew."""
