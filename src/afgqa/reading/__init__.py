"""Hits to candidate answers: the readers, and the networks behind them."""
