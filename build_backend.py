"""setuptools, for an editable install alone: a wheel would be half of Overtone.

``sql/``, ``dags/``, the app's assets and the matching model are read where they lie, beside the code.
"""

from typing import NoReturn

from setuptools.build_meta import (
    build_editable,
    get_requires_for_build_editable,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def build_wheel(*_: object, **__: object) -> NoReturn:
    """Refuse: what is installed elsewhere would find neither its tables nor its pages' styles."""
    raise SystemExit(
        "overtone: a wheel of it would lack sql/, dags/ and the app's assets, which are read beside the code."
        " Run it from its checkout: make setup, or pip install --editable . there."
    )


build_sdist = build_wheel
