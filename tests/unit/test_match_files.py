import csv
from pathlib import Path

import pytest

from etl.errors import ArgumentInvalid, SourceMalformed, SourceMissing
from etl.files.match_files import match_files, read_table

LEFT = '''\ufeffid,title,artist,year
007,Night Train,Slow Hands,1999
a b,"Day
Walk, ""late""",Tea,2001
3,Original sound - tea,Tea,
4,Zebra,Nobody Knows,
'''
RIGHT = """artist,id,title
user4711,01,Slow Hands - Night Train (Official Video)
Tea,02,day walk (late)
Tea,03,original sound
Honey,04,Night Train
"""


def files(folder: Path, left: str = LEFT, right: str = RIGHT) -> tuple[Path, Path]:
    for name, text in (("l.csv", left), ("r.csv", right)):
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder / "l.csv", folder / "r.csv"


def test_every_left_id_has_one_row_in_its_order_as_it_was_written(tmp_path: Path) -> None:
    assert match_files(*files(tmp_path), tmp_path / "m.csv") == (2, 4)
    with (tmp_path / "m.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [*rows[0]] == [
        *("left_id", "right_id", "title_score", "artist_score", "total_score", "probability", "decision"),
    ]
    assert [(row["left_id"], row["right_id"], row["decision"]) for row in rows] == [
        ("007", "01", "match"),
        ("a b", "02", "match"),
        ("3", "", "no match"),
        ("4", "", "no match"),
    ]
    assert (rows[0]["title_score"], rows[0]["artist_score"]) == ("1.0", "1.0")
    assert (rows[3]["title_score"], rows[3]["probability"]) == ("", "")


def test_a_no_match_names_the_closest_row_there_is(tmp_path: Path) -> None:
    left = "id,title,artist\n1,Night Train,Somebody Else\n"
    match_files(*files(tmp_path, left, "id,title,artist\n9,Night Train,Honey\n"), tmp_path / "m.csv")
    [row] = csv.DictReader((tmp_path / "m.csv").open())
    assert (row["right_id"], row["title_score"], row["decision"]) == ("9", "1.0", "no match")
    assert 0 < float(row["probability"]) < 0.5


def test_a_table_with_a_header_alone_links_nothing(tmp_path: Path) -> None:
    header = "id,title,artist\n"
    assert match_files(*files(tmp_path, header), tmp_path / "m.csv") == (0, 0)
    assert (tmp_path / "m.csv").read_text().count("\n") == 1
    assert match_files(*files(tmp_path, right=header), tmp_path / "m.csv") == (0, 4)


BAD = {
    "": "the file is empty",
    "id,name\n1,x\n": "no column title, artist in id, name",
    "id,title,artist\n1,Night,Tea\n2,Day\n": "r.csv line 3: 2 fields where the header has 3",
    'id,title,artist\n1,"a\nb",Tea\n1,Day,Tea\n': "r.csv line 4: the id '1' is already in line 2",
    "id,title,artist\n,Night,Tea\n": "r.csv line 2: the id is empty",
    'id,title,artist\n1,"Night,Tea\n': "r.csv line 2: unexpected end of data",
}


@pytest.mark.parametrize("text", BAD)
def test_a_table_that_cannot_be_read_is_refused_with_its_line_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceMalformed, match=BAD[text].replace("'", ".")):
        match_files(*files(tmp_path, right=text), tmp_path / "m.csv")
    assert {file.name for file in tmp_path.iterdir()} == {"l.csv", "r.csv"}


def test_a_file_that_is_not_there_or_not_utf_8_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"x\.csv: there is no such file"):
        read_table(tmp_path / "x.csv")
    (tmp_path / "y.csv").write_bytes(b"id,title,artist\n1,caf\xe9,Tea\n")
    with pytest.raises(SourceMalformed, match=r"y\.csv line 2: the text is not UTF-8"):
        read_table(tmp_path / "y.csv")


def test_of_rows_of_the_same_words_the_one_written_alike_is_named(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("id,title,artist\na,Night Train,Slow Hands\nb,NIGHT TRAIN,Slow Hands\n")
    (tmp_path / "r.csv").write_text("id,title,artist\n5,Night Train,Slow Hands\n3,night train!,slow hands\n")
    match_files(tmp_path / "l.csv", tmp_path / "r.csv", tmp_path / "m.csv")
    rows = [line.split(",") for line in (tmp_path / "m.csv").read_text().splitlines()[1:]]
    assert [(row[0], row[1], row[-1]) for row in rows] == [("a", "5", "match"), ("b", "3", "match")]


def test_a_table_is_never_overwritten_by_its_matches(tmp_path: Path) -> None:
    table = tmp_path / "l.csv"
    table.write_text("id,title,artist\na,Night Train,Slow Hands\n")
    for to, said in ((table, "it is one of the tables to link"), (tmp_path, "it is a folder")):
        with pytest.raises(ArgumentInvalid, match=said):
            match_files(table, table, to)
    with pytest.raises(ArgumentInvalid, match="it cannot be written"):
        match_files(table, table, tmp_path / "nowhere" / "m.csv")
