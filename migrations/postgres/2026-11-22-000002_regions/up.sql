-- Places by the official statistical code. A scope is a prefix of the code, so every table that belongs
-- to a place carries the village's code and is found by one range of one index.

CREATE TABLE regions (
    code text COLLATE "C" NOT NULL PRIMARY KEY,
    level text COLLATE "C" NOT NULL CONSTRAINT regions_level_known CHECK (level IN ('province', 'city', 'county', 'township', 'village')),
    parent_code text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    official_name text COLLATE "C" NOT NULL
);
CREATE INDEX regions_parent ON regions (parent_code, code);
CREATE INDEX regions_name ON regions (name, code);

CREATE TABLE region_aliases (
    alias text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL REFERENCES regions (code),
    PRIMARY KEY (alias, code)
);
CREATE INDEX region_aliases_code ON region_aliases (code);
