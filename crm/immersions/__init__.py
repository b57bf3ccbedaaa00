"""Immersions (PMSMP) of people in insertion: today, the rules that frame them."""
