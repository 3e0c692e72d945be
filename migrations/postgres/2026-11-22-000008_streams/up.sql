-- Livestreams of a village, kept as links with their times and goods. The code travels with a buyer
-- into the order, so that an auditor sees what a stream sold.

CREATE TABLE streams (
    id uuid NOT NULL PRIMARY KEY,
    code text COLLATE "C" NOT NULL CONSTRAINT streams_code_unique UNIQUE,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    operator_id uuid NOT NULL REFERENCES users (id),
    state text COLLATE "C" NOT NULL CONSTRAINT streams_state_known CHECK (state IN ('scheduled', 'live', 'ended', 'cancelled')),
    title text COLLATE "C" NOT NULL,
    platform text COLLATE "C" NOT NULL CONSTRAINT streams_platform_known
        CHECK (platform IN ('douyin', 'kuaishou', 'taobao', 'channels', 'pinduoduo', 'other')),
    url text COLLATE "C" NOT NULL,
    host_name text COLLATE "C" NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    replay_url text COLLATE "C",
    created_at timestamptz NOT NULL,
    CONSTRAINT streams_end_after_start CHECK (ends_at > starts_at)
);
CREATE INDEX streams_state ON streams (state, starts_at DESC, id DESC);
CREATE INDEX streams_village ON streams (village_code, starts_at DESC, id DESC);
CREATE INDEX streams_operator ON streams (operator_id);

CREATE TABLE stream_listings (
    stream_id uuid NOT NULL REFERENCES streams (id),
    position bigint NOT NULL,
    listing_id uuid NOT NULL REFERENCES listings (id),
    PRIMARY KEY (stream_id, position),
    CONSTRAINT stream_listings_once UNIQUE (stream_id, listing_id)
);
CREATE INDEX stream_listings_listing ON stream_listings (listing_id);
