-- What this installation is: one row a fact, such as that it holds the demonstration.

CREATE TABLE installation (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
