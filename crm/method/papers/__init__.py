"""The crossed table and the roadmap as PDF."""
