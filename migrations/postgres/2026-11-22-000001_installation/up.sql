-- What this installation is: one row a fact, such as that it holds the demonstration.

CREATE TABLE installation (
    key text COLLATE "C" NOT NULL PRIMARY KEY,
    value text COLLATE "C" NOT NULL
);
