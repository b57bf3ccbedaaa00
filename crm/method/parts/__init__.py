"""What is added to a project or a partnership one by one: findings, lines, indicators, actions..."""
