"""Files attached to exchanges: checked by their content, kept outside the database, given back as attachments."""
