"""Edited Word files come home: from a paragraph in Word back to the text cell that printed it."""
