"""The language of consultation: pure Python that every other room speaks, and that imports none of them."""
