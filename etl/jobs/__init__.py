"""The jobs of a refresh: one file each, ``run(work)``, which may be run again, in any order of days, or be killed.

This table is the order that ``overtone refresh`` and the DAG follow. It imports nothing: a DAG file must stay light.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """A step of the refresh: the file of that name in this folder."""

    name: str
    stage: str
    does: str
    after: tuple[str, ...]  #: jobs of the same day that must have succeeded
    reads: tuple[str, ...]  #: tables and landing folders; of what it fills what it was told there
    fills: tuple[str, ...]  #: the same, also where rows change or go; books, watermarks and quarantine are every job's


JOBS = {
    job.name: job
    for job in (
        Job(
            "make_activity",
            "ingest",
            "where it is asked for, the day of an invented world, landed as a real one would be",
            after=(),
            reads=("landing/fma",),
            fills=("landing/fma", "landing/tiktok", "landing/listens"),
        ),
        Job(
            "ingest_fma",
            "ingest",
            "the FMA catalogue as of the day: genres, artists, tracks",
            after=("make_activity",),
            reads=("landing/fma",),
            fills=("core.genre", "core.artist", "core.track"),
        ),
        Job(
            "ingest_tiktok",
            "ingest",
            "the day's TikTok posts: sounds, creators, videos with their latest counts",
            after=("make_activity",),
            reads=("landing/tiktok",),
            fills=("core.sound", "core.creator", "core.video"),
        ),
        Job(
            "describe_audio",
            "describe",
            "245 numbers and a waveform for every clip that was never described; a few of them are checked",
            after=("ingest_fma",),
            reads=("landing/fma", "core.track"),
            fills=("core.track_feature", "core.clip", "ops.check"),
        ),
        Job(
            "scale_features",
            "describe",
            "a vector for every described track, to be compared by cosine",
            after=("describe_audio",),
            reads=("core.track_feature", "core.track"),
            fills=("core.scaler", "core.track_vector"),
        ),
        Job(
            "match_tracks",
            "match",
            "the most similar sound for every track, for new tracks and new sounds only",
            after=("ingest_fma", "ingest_tiktok"),
            reads=("core.track", "core.sound"),
            fills=("core.track_match", "ops.matched"),
        ),
        Job(
            "ingest_listens",
            "ingest",
            "listens up to the day, and what is known of listeners, friendships and influencers",
            after=("make_activity", "ingest_fma"),
            reads=("landing/listens", "core.track"),
            fills=(
                "lake/listens",
                "activity.listener",
                "activity.friendship",
                "activity.influencer",
                "ops.audience_due",
                "ops.listens_loaded",
            ),
        ),
        Job(
            "ingest_heard",
            "ingest",
            "listens in the app up to the day: each is counted, once",
            after=("ingest_listens",),
            reads=("app.heard", "core.track", "activity.listener", "ops.listens_loaded"),
            fills=("lake/listens", "app.heard", "ops.audience_due"),
        ),
        Job(
            "build_tastes",
            "listeners",
            "what every listener hears, and what each played in the last 26 weeks, by genre",
            after=("ingest_listens", "ingest_heard"),
            reads=("lake/listens", "core.track"),
            fills=("mart.taste", "mart.variety", "ops.built_of", "ops.counted_as", "app.heard"),
        ),
        Job(
            "build_audience",
            "audience",
            "what artists see of their audience, for the days and weeks whose listens changed",
            after=("ingest_listens", "ingest_heard"),
            reads=("lake/listens", "core.track", "ops.audience_due", "ops.people_key"),
            fills=(
                "lake/songs",
                "lake/heard",
                "mart.audience",
                "mart.audience_day",
                "mart.people",
                "mart.genre_curve",
                "mart.interest",
                "ops.audience_due",
                "ops.people_key",
            ),
        ),
        Job(
            "build_recommender",
            "listeners",
            "which artists go together, learnt from what listeners hear",
            after=("build_tastes",),
            reads=("mart.taste", "core.track"),
            fills=("app.stand_in", "mart.recommender"),
        ),
    )
}
