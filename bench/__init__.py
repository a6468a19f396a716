"""Measurements of speed and size, as ratios against the bare engine in one run."""
