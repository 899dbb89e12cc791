"""Find the TikTok sound that is most likely an FMA track, or say that there is none.

normalise → vocabulary (how rare each word is) → candidates (ten a track, by words) → score (title and artist apart)
→ link (one match a track, or none). Pure functions on pandas, numpy and scipy; see ``docs/adr/0005-matching.md``.
"""
