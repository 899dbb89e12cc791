from datetime import date

from etl.store.loads import copy_rows
from etl.store.warehouse import Warehouse, sql
from etl.synthetic.activity import Population, catalogue
from lab.bench.synthetic import measure, plain


def test_a_copied_day_is_the_day_that_was_made(warehouse: Warehouse) -> None:
    listens = Population.of(1, 1_000, catalogue(1, 80)).listens(date(2020, 12, 14), 2_000)
    with warehouse.transaction() as cursor:
        cursor.execute(sql("bench/raw_listen"))
        copy_rows(cursor, "raw_listen", plain(listens))
        cursor.execute("SELECT * FROM raw_listen ORDER BY listened_at, listener_id")
        copied = [dict(row) for row in cursor.fetchall()]
    made = sorted(listens.to_pylist(), key=lambda row: (row["listened_at"], row["listener_id"]))
    assert copied == made
    assert any(row["country"] is None for row in copied)


def test_making_is_held_against_the_copy_of_the_same_rows(warehouse: Warehouse) -> None:
    population = Population.of(1, 300, catalogue(1, 80))
    copied, made = measure(warehouse, population, "small", days=3, a_day=2_000, rounds=2)
    assert (copied.name, made.name, made.versus) == ("synthetic.copy.small", "synthetic.listens.small", copied.name)
    assert made.ratio is not None
    assert made.ratio > 0
    assert made.goal is not None
    assert made.goal.at_least == 0.5
    assert warehouse.query("SELECT to_regclass('raw_listen') AS there") == [{"there": None}]
