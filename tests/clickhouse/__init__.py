"""The steps on a third engine, ClickHouse in this process: `make clickhouse-test`. It finds cheaply what only one engine understands."""
