"""A merge of partners that other structures work with is proposed to them, and done when all agreed."""
