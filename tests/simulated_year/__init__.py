"""A year of many consultations in all four regions, lived through on the time-skipping server and by a plain reference.

``plans`` invents what people do, day by day, and says by `tests.reference` alone what must come of it; ``play`` does the
same acts on the service, with workers that come and go; ``findings`` compares.
"""
