-- mart.seen: a listener's bits, of which bit_or makes a cell's in mart.audience; mart.distinct_listeners counts those.
-- place: of 4096, by hash. Used by sql/marts/audience_week.sql.
CREATE FUNCTION mart.seen(place integer, heard_pct integer) RETURNS bit
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN heard_pct < 50 THEN set_bit(0::bit(12288), place, 1)
    WHEN heard_pct < 100 THEN set_bit(set_bit(0::bit(12288), place, 1), place + 4096, 1)
    ELSE set_bit(set_bit(set_bit(0::bit(12288), place, 1), place + 4096, 1), place + 8192, 1)
END;
