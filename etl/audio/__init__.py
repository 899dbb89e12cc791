"""Audio to numbers: ``decode`` turns the bytes of a file into a signal, ``features`` a signal into 245 numbers.

The only extractor there is: Spark describes the archive with it and the app an upload, so the two can be compared.
"""
