"""The made activity: listeners, who is friends with whom, what they hear, and who could carry it further.

All of it is invented and calibrated to measured figures: ``overtone evaluate synthetic`` shows them. Listens are a
function of the population and the day alone, so a day that is made again is the same, byte for byte.
"""

from etl.synthetic.activity.catalogue import catalogue, of_archive
from etl.synthetic.activity.population import Population
from etl.synthetic.activity.world import COUNTRIES
from etl.tables import TOP_GENRES as GENRES

__all__ = ["COUNTRIES", "GENRES", "Population", "catalogue", "of_archive"]
