# Invented for the demo: the stand-in extractor makes up its patients.
