-- Livestreams of a village, kept as links with their times and goods. The code travels with a buyer
-- into the order, so that an auditor sees what a stream sold.

CREATE TABLE streams (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL CONSTRAINT streams_code_unique UNIQUE,
    village_code TEXT NOT NULL REFERENCES regions (code),
    operator_id BLOB NOT NULL REFERENCES users (id),
    state TEXT NOT NULL CONSTRAINT streams_state_known CHECK (state IN ('scheduled', 'live', 'ended', 'cancelled')),
    title TEXT NOT NULL,
    platform TEXT NOT NULL CONSTRAINT streams_platform_known
        CHECK (platform IN ('douyin', 'kuaishou', 'taobao', 'channels', 'pinduoduo', 'other')),
    url TEXT NOT NULL,
    host_name TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    replay_url TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT streams_end_after_start CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX streams_state ON streams (state, starts_at DESC, id DESC);
CREATE INDEX streams_village ON streams (village_code, starts_at DESC, id DESC);
CREATE INDEX streams_operator ON streams (operator_id);

CREATE TABLE stream_listings (
    stream_id BLOB NOT NULL REFERENCES streams (id),
    position INTEGER NOT NULL,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    PRIMARY KEY (stream_id, position),
    CONSTRAINT stream_listings_once UNIQUE (stream_id, listing_id)
) STRICT;
CREATE INDEX stream_listings_listing ON stream_listings (listing_id);
