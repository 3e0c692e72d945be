-- Places by the official statistical code. A scope is a prefix of the code, so every table that belongs
-- to a place carries the village's code and is found by one range of one index.

CREATE TABLE regions (
    code TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL CONSTRAINT regions_level_known CHECK (level IN ('province', 'city', 'county', 'township', 'village')),
    parent_code TEXT,
    name TEXT NOT NULL,
    official_name TEXT NOT NULL
) STRICT;
CREATE INDEX regions_parent ON regions (parent_code, code);
CREATE INDEX regions_name ON regions (name, code);

CREATE TABLE region_aliases (
    alias TEXT NOT NULL,
    code TEXT NOT NULL REFERENCES regions (code),
    PRIMARY KEY (alias, code)
) STRICT;
CREATE INDEX region_aliases_code ON region_aliases (code);
