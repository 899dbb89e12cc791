"""Components that a script of ours draws (``window.overtone`` of ``assets/``), and not a package of Dash's."""

from typing import Any

from dash.development.base_component import Component


class Own(Component):
    """One that shows a single property; its class is called as what the script draws."""

    shows: str

    _namespace = "overtone"
    _children_props = []  # noqa: RUF012  (as Dash declares it)
    _base_nodes = []  # noqa: RUF012
    _valid_wildcard_attributes = []  # noqa: RUF012
    available_properties: list[str]
    available_wildcard_properties = []  # noqa: RUF012

    def __init_subclass__(cls) -> None:
        cls._type = cls.__name__
        cls._prop_names = cls.available_properties = [cls.shows]

    def __init__(self, shown: Any) -> None:
        super().__init__(**{self.shows: shown})
