"""Who may see what and decide what, and how a person proves who they are."""
