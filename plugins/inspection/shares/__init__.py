"""The outside world of files: SMB shares and local folders through one interface."""
