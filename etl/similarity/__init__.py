"""Which tracks sound alike: 245 raw numbers become a vector whose cosine is the answer; the search itself is SQL.

``parts`` says which numbers speak of timbre, rhythm, harmony and brightness; ``quantiles`` brings them to one scale;
``genre`` learns from the archive's own labels; ``score`` makes a cosine a number and a word; ``agreement`` says on what
two tracks agree; ``model`` fits all of it to an archive and stores it under a version. Why so: docs/adr/0007.
"""
