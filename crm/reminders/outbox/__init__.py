"""What is to be sent: written by whoever decides, claimed and marked by delivery."""
