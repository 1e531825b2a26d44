-- What the office's role may do, given anew after each migration: everything on ordinary tables,
-- only adding and reading on the event rows and their seals, nothing on the version table but reading.
GRANT USAGE ON SCHEMA public TO inspection;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO inspection;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO inspection;
REVOKE UPDATE, DELETE, TRUNCATE ON event, event_seal FROM inspection;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON inspection_version FROM inspection;
