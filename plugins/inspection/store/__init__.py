"""All queries, and the door to the domain database; functions that take a Session."""
