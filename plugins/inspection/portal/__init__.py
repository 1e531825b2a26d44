"""The portal: server-rendered pages for contacts, heads and the ethics office; no JavaScript, nothing from outside."""
