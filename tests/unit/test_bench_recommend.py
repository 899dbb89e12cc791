"""The made crowd of the bench: as large as it says, and served like anybody."""

import numpy as np

from etl.recommend.rank import next_list
from lab.bench.recommend import GENRES, crowd, music


def test_a_made_listener_is_served_by_made_friends() -> None:
    rng = np.random.default_rng(1)
    model = music(rng)
    everybody = crowd(rng, 300, model)
    assert 6 < np.median(np.diff(everybody.friend_begins)) < 11
    assert 50 < np.median(np.diff(everybody.begins)) < 100
    me, friends = everybody.taste(7), everybody.friends_of(7)
    assert me.listens.sum() == len(me.tracks)
    assert (np.bincount(model.genre[me.tracks], minlength=GENRES) == me.listens).all()
    songs = next_list(model, me, friends)
    assert len({song.track_id for song in songs}) == 10
    known = {friend.listener_id: friend for friend in friends}
    reasons = [(song.track_id, reason) for song in songs for reason in song.because]
    assert reasons
    for track, reason in reasons:
        friend = known[reason.listener_id]
        assert friend.named
        assert friend.taste.heard[friend.taste.tracks == track].tolist() == [np.float32(reason.heard)]
