"""Candidates to an answer: what is chosen, how it is put, and how sure it is."""
