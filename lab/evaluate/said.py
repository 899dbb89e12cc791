"""What people say of matches: how many they call wrong, and how sure the matcher was of these.

It reads app.wrong_match, which the page Similar music fills. Who uses the page sees the nearest matches of their own
music and says what is wrong, seldom what is right: the share is a floor, and its changes tell more than its height.
"""

from pathlib import Path

from etl.settings import Settings
from etl.store.warehouse import Warehouse, sql
from lab.figures import Figure, Report


def run(data: Path | None = None, warehouse: Warehouse | None = None) -> Report:
    """Count what was said, in the warehouse of the settings unless another is given."""
    del data  # nothing but the warehouse is looked at
    warehouse = warehouse or Warehouse.open(Settings.from_env())
    [row] = warehouse.query(sql("queries/evaluate_said"))
    matches, wrong = row["matches"], row["said_wrong"]
    figures = [
        Figure("said.wrong", wrong, "matches", n=row["accounts"]),
        Figure("said.still_matched", row["still_matched"], "matches", n=wrong),
        Figure("said.share", row["still_matched"] / max(matches, 1), "of all matches", n=matches),
        Figure(
            "said.probability",
            row["probability_of_wrong"],
            "mean chance of a match",
            versus="all matches",
            ratio=row["probability_of_wrong"] / row["probability_of_all"] if matches else None,
            n=wrong,
        ),
    ]
    about = "Matches that people said are wrong on the page Similar music, and how likely the matcher held them to be."
    return Report("Matches, as people see them", about, figures)
