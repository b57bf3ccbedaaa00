"""Step 5, « feuille de route »: who does what by when, the budget, the partner's agreement."""
