"""Nomenclatures published by others: places, trades, sectors, holidays, legal forms. Loaded from files, never typed."""
