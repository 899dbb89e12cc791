"""The laws of the worlds for tests."""

from dataclasses import replace

from etl.synthetic.activity.law import LAW, Law

LAWS: dict[str, Law] = {
    # Posts bring nothing at all, though fame and releases move posts and listens alike.
    "nothing": replace(LAW, bringing=0.0, famous=6.0, posted_fresh=14.0, spikes=0.05),
    # Few videos bring much, late and over weeks; days hang together more.
    "late": replace(
        LAW,
        bringing=0.05,
        pull=4.0,
        pull_spread=0.8,
        bend=1.0,
        lag=(0.02, 0.04, 0.06, 0.09, 0.11, 0.12, 0.12, 0.11, 0.1, 0.08, 0.07, 0.05, 0.03),
        lasting=0.97,
        ripple=0.35,
    ),
    # Many videos bring a little on the same day, a very few a great deal; there are more playlists and no releases.
    "wild": replace(
        LAW,
        bringing=0.35,
        pull=0.5,
        pull_spread=2.4,
        bend=0.5,
        lag=(0.7, 0.2, 0.1),
        fresh=0.0,
        playlists=0.004,
        trend=1.6,
    ),
}
