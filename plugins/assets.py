"""Name what jobs read and fill, so that Airflow draws the lineage.

An asset is a drop under ``landing/``, a part of the lake, or a table of the warehouse. Its address starts with ``x-``:
Airflow gives such a scheme no meaning of its own.
"""

from airflow.sdk import Asset


def asset(name: str) -> Asset:
    """The asset of a table (``core.track``) or of a source's drops (``landing/fma``)."""
    return Asset(name=name, uri=f"x-overtone://{name.replace('.', '/')}")
