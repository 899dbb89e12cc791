"""Commands that ask about music: similar, features, match."""

import dataclasses
from math import floor
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from etl.console import err, out, print_json
from overtone.cli.common import AsJson, Paths, read_bytes, warehouse


def similar(
    file: Annotated[Path, typer.Argument(help="An mp3, wav, ogg or flac.", show_default=False)],
    genre: Annotated[str | None, typer.Option(help="Search in one of the 16 top genres.", show_default="all")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many tracks.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find the tracks that sound like a song, and how music like it is used on TikTok.

    Genres of 1,000 tracks and more are searched by an index that finds over 99 in 100 of the true first ten.
    """
    from etl.live.find_similar import listen, similar_to, suggest_genre

    ours = warehouse()
    features = listen(read_bytes(file), str(file))[1].features
    genres, results = suggest_genre(ours, features), similar_to(ours, features, genre, limit)
    if as_json:
        print_json(
            {
                "genres": [one._asdict() for one in genres],
                "results": [
                    {**dataclasses.asdict(track), "agreement": [part._asdict() for part in track.agreement]}
                    for track in results
                ],
            }
        )
        return
    if genres:
        out.print("Probably " + ", ".join(f"{one.genre} ({one.confidence:.0%})" for one in genres), highlight=False)
    for place, track in enumerate(results, start=1):
        out.print(
            f"[bold]{place:2}  {floor(100 * track.score) / 100:.2f} {track.closeness}  {escape(track.title)}[/bold]",
            escape(f"— {track.artist} ({track.genre}){', synthetic' if track.synthetic else ''}"),
            highlight=False,
        )
        out.print(f"          {track.agrees}", markup=False, highlight=False)
        if not track.match:
            out.print("          no match on TikTok", style="dim")
            continue
        match = track.match
        scores = f"title {_score(match.title_score)}, artist {_score(match.artist_score)}"
        out.print(
            f"          on TikTok: {match.title} — {match.artist_name} ({scores}, probability {match.probability:.2f})",
            markup=False,
            highlight=False,
        )
        for video in track.videos[:3]:
            plays = "unknown" if video.plays is None else f"{video.plays:,}"
            out.print(
                f"          {plays:>12} plays  {video.creator}  {video.url or ''}",
                markup=False,
                highlight=False,
                no_wrap=True,
            )


def features(
    files: Paths,
    to: Annotated[Path, typer.Option("--out", help="The Parquet file to write.", show_default=False)],
) -> None:
    """Describe audio files by 245 numbers each; what cannot be described is reported, and the rest goes on."""
    from etl.files.describe_files import describe_files

    described, refused = describe_files(files, to)
    for error in refused:
        err.print(f"{type(error).__name__}: {error}", markup=False, highlight=False)
    out.print(f"{to}: {described:,} described, {len(refused):,} refused.")
    if refused:
        raise typer.Exit(max(error.exit_code for error in refused))


def match(
    left: Annotated[Path, typer.Option(help="CSV with id, title, artist: what to find.", show_default=False)],
    right: Annotated[Path, typer.Option(help="CSV with id, title, artist: where to find it.", show_default=False)],
    to: Annotated[Path, typer.Option("--out", help="The CSV to write: a row a left id.", show_default=False)],
) -> None:
    """Link two tables of recordings by title and artist, or say "no match"."""
    from etl.files.match_files import match_files

    matched, rows = match_files(left, right, to)
    out.print(f"{to}: {matched:,} of {rows:,} rows have a match.")


def _score(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"
