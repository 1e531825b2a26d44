-- What the office's role may do, given anew after each migration: adding, reading and changing on ordinary tables,
-- deleting only where the program deletes (tests/house/test_compose.py names the places), only adding and reading on
-- the event rows and their seals, nothing on the version table but reading.
GRANT USAGE ON SCHEMA public TO inspection;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO inspection;
REVOKE DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM inspection;
GRANT DELETE ON agency, role_grant, deputy, campaign_unit, project_share, document, hit, crawled_file, crawl_folder,
    server_turn, stage_run, sign_in_code, portal_session, daily_count TO inspection;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO inspection;
REVOKE UPDATE ON event, event_seal FROM inspection;
REVOKE INSERT, UPDATE ON inspection_version FROM inspection;
