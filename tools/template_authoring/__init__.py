"""How each template looked the first time; since then the files in templates/ are the source that staff edit."""
