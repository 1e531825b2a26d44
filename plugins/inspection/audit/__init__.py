"""What happened, and the chain that makes a change show."""
