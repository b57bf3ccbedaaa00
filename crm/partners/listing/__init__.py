"""The list of partners: filters, order, columns, saved views, actions on many at once."""
