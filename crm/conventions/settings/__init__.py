"""What a structure settles about conventions: articles to copy, who may sign."""
