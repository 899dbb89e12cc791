"""Commands that measure: bench (what things cost) and evaluate (how good the answers are)."""

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from etl.console import err, report
from etl.errors import PackageMissing

#: What pyproject's extra ``lab`` installs, by the names that are imported.
LIBRARIES = ("aiohttp", "implicit", "matplotlib", "opendp", "sparse_dot_topn", "threadpoolctl")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line: a figure each.")]
Full = Annotated[bool, typer.Option("--full", help="Measure the heavy sizes, too: minutes instead of seconds.")]
Docs = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Also write a page with tables and plots there.", show_default=False),
]
CsvFile = Annotated[Path | None, typer.Option(metavar="CSV", show_default=False)]


def bench_features(
    files: Annotated[list[Path] | None, typer.Argument(help="Audio files; without any, clips of ours.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Turns a clip.")] = 3,
    as_json: AsJson = False,
    full: Full = False,
    docs: Docs = None,
) -> None:
    """Describing a clip, against librosa and against decoding it and one Fourier transform."""
    _measure("bench", "features", as_json, docs, full=full, files=files, rounds=rounds)


def bench_matching(
    sounds: Annotated[
        int | None, typer.Option(min=1000, help="How many sounds; without it, several sizes.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    full: Full = False,
    docs: Docs = None,
) -> None:
    """Linking 106,574 tracks to thousands and millions of sounds, against character n-grams."""
    _measure("bench", "matching", as_json, docs, full=full, sounds=sounds)


def evaluate_matching(
    left: CsvFile = None,
    right: CsvFile = None,
    pairs: CsvFile = None,
    as_json: AsJson = False,
    docs: Docs = None,
) -> None:
    """Matches: precision, recall, F1, hit@1, candidate recall, calibration.

    --left and --right have the columns id, title, artist; --pairs has left_id, right_id: the right answers.
    A left row may have several, or none. Without them, the benchmarks that OVERTONE_REAL_DATA holds.
    """
    _measure("evaluate", "matching", as_json, docs, left=left, right=right, pairs=pairs)


def evaluate_said(as_json: AsJson = False, docs: Docs = None) -> None:
    """Matches that people said are wrong, in this warehouse: how many, and how sure the matcher was."""
    _measure("evaluate", "said", as_json, docs)


def evaluate_similarity(
    labels: CsvFile = None,
    artist_filter: Annotated[
        bool, typer.Option("--artist-filter", help="Leave out neighbours by the artist that is asked about.")
    ] = False,
    as_json: AsJson = False,
    docs: Docs = None,
) -> None:
    """Similar music: P@5 and MAP@10 of each distance, against raw Euclidean.

    --labels has the columns file, label, artist; a file is named from the table's own folder. Without it, the sets that
    OVERTONE_REAL_DATA holds, and the demo's, always with the artist filter.
    """
    _measure("evaluate", "similarity", as_json, docs, labels=labels, artist_filter=artist_filter)


def evaluate_recommender(
    hetrec: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of HetRec 2011 Last.fm.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    docs: Docs = None,
) -> None:
    """Lists of songs: what they find that real people play beside their main genres, against seven other methods.

    Without --hetrec, the set that OVERTONE_REAL_DATA holds.
    """
    _measure("evaluate", "recommender", as_json, docs, hetrec=hetrec)


def _bench(name: str) -> Callable[..., None]:
    def run(as_json: AsJson = False, full: Full = False, docs: Docs = None) -> None:
        _measure("bench", name, as_json, docs, full=full)

    return run


def _evaluation(name: str) -> Callable[..., None]:
    def run(as_json: AsJson = False, docs: Docs = None) -> None:
        _measure("evaluate", name, as_json, docs)

    return run


#: By name, in the order of ``all``: the command, and what it measures where that is not in its docstring.
BENCHES: dict[str, tuple[Callable[..., None], str | None]] = {
    "features": (bench_features, None),
    "matching": (bench_matching, None),
    "parse": (_bench("parse"), "Reading posts with quarantine on, against jq."),
    "similarity": (_bench("similarity"), "Searching the index by genre and over all, against a matrix-vector product."),
    "synthetic": (_bench("synthetic"), "Making listens, against loading the same rows by COPY."),
    "load": (
        _bench("load"),
        "Taking listens in and building a day's marts, against the server's own COPY of the same rows.",
    ),
    "scale": (
        _bench("scale"),
        "The jobs that read listens, from a drop to marts, at three sizes: how what they cost grows.",
    ),
    "audience": (
        _bench("audience"),
        "Every question of the audience page, alone and by 20 at once, against a look-up by primary key.",
    ),
    "app": (
        _bench("app"),
        "A change of filters beside idle and half-open connections, among fifty people, and beside one who floods.",
    ),
    "upload": (
        _bench("upload"),
        "From the last byte of a song to similar tracks, by one visitor and by eight at once.",
    ),
    "recommend": (_bench("recommend"), "The next list and what a listen changes, among many listeners and songs."),
}
EVALUATIONS: dict[str, tuple[Callable[..., None], str | None]] = {
    "features": (_evaluation("features"), "The 245 numbers, against librosa's."),
    "matching": (evaluate_matching, None),
    "similarity": (evaluate_similarity, None),
    "synthetic": (
        _evaluation("synthetic"),
        "Made listeners and listens, against the figures of real ones that they are made after.",
    ),
    "audience": (
        _evaluation("audience"),
        "What artists are told of their audience, against the raw listens: exact of songs and times, ± of people.",
    ),
    "insights": (
        _evaluation("insights"),
        "What artists are told of: false alarms where nothing changes, and how many true spikes are found.",
    ),
    "campaigns": (
        _evaluation("campaigns"),
        "What is expected of campaigns: how many end within the interval, made ones that were held out and posts.",
    ),
    "recommender": (evaluate_recommender, None),
}


def bench_all(as_json: AsJson = False, full: Full = False, docs: Docs = None) -> None:
    """Every bench, one after the other."""
    _all("bench", BENCHES, as_json, docs, full=full)


def evaluate_all(as_json: AsJson = False, docs: Docs = None) -> None:
    """Every evaluation, one after the other."""
    _all("evaluate", EVALUATIONS, as_json, docs)


def _all(kind: str, names: Iterable[str], as_json: bool, docs: Path | None, **options: object) -> None:
    _check_extra(kind)
    codes = []
    for name in names:
        err.print(f"{kind} {name} …", style="dim")
        try:
            _measure(kind, name, as_json, docs, **options)
        except Exception as error:  # what can be measured is
            codes.append(report(error))
    if codes:
        raise typer.Exit(max(codes))


def _measure(kind: str, name: str, as_json: bool, docs: Path | None, **options: object) -> None:
    _check_extra(kind)
    from etl.settings import Settings
    from lab.report import show, write

    measured = import_module(f"lab.{kind}.{name}").run(data=Settings.from_env().real_data, **options)
    show(measured, as_json)
    if docs:
        command = f"{kind} {name}" + " --full" * bool(options.get("full"))
        err.print(f"Written: {write(measured, command, docs)}", style="dim")


def _check_extra(kind: str) -> None:
    """Refuse at once: a library that is found missing when the plots are drawn is found after minutes of measuring."""
    if missing := [library for library in LIBRARIES if not find_spec(library)]:
        raise PackageMissing(
            f"overtone {kind}",
            f"{', '.join(missing)} {'are' if missing[1:] else 'is'} not installed",
            "Install the extra lab, in the checkout: pip install --editable '.[lab]'; make setup does it, too.",
        )


#: The groups that the command ``overtone`` mounts under these names.
bench, evaluate = typer.Typer(), typer.Typer()
for name, (command, does) in BENCHES.items():
    bench.command(name, help=does)(command)
bench.command("all")(bench_all)
for name, (command, does) in EVALUATIONS.items():
    evaluate.command(name, help=does)(command)
evaluate.command("said")(evaluate_said)  # of this warehouse alone: no part of "all"
evaluate.command("all")(evaluate_all)
