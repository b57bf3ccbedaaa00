"""What was typed of an exchange and not sent yet: it stays in the browser, under a key that we keep."""
