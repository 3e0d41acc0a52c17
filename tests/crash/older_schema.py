"""A database as an older program left it: takes the youngest migrations back, so that the next start has work to do."""
import pathlib
import re
import sqlite3

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "core" / "app" / "schema"
ADDED = ((r"CREATE (?:UNIQUE )?INDEX (\w+)", "DROP INDEX {0}"), (r"CREATE TABLE (\w+)", "DROP TABLE {0}"),
         (r"ALTER TABLE (\w+) ADD COLUMN (\w+)", "ALTER TABLE {0} DROP COLUMN {1}"))


def turn_back(database, version):
    """Drops what the migrations after `version` added, which is tables, columns and indexes; what stood there is gone.
    Answers how many migrations there are to run again."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        ran = {row[0] for row in connection.execute("SELECT version FROM schema_migration WHERE version > ?", (version,))}
        younger = [path for path in sorted(SCHEMA.glob("*.sql"), reverse=True) if int(path.name[:4]) in ran]
        for path in younger:
            sql = path.read_text()
            for pattern, undo in ADDED:
                for found in reversed(re.findall(pattern, sql)):
                    connection.execute(undo.format(*([found] if isinstance(found, str) else found)))
        connection.execute("DELETE FROM schema_migration WHERE version > ?", (version,))
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return len(younger)


def version_of(database):
    """The schema version of a database that is whole; anything else raises."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        # Not integrity_check: the full-text table's tokenizer is the program's own.
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%'")]
        for table in tables:
            connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()
