"""The composition root: reads the settings, starts and joins everything else."""
