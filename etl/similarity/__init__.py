"""Which tracks sound alike: 245 raw numbers become a scaled vector; the search itself is SQL."""
