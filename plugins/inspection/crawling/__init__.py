"""The crawl: inventory, change detection, shards, reading, coverage; and the scan of a folder without database."""
