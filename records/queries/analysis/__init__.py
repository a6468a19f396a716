"""Statistics of a year, a quarter or a month: timeliness, how long stages take, results, each within a reader's scope."""
