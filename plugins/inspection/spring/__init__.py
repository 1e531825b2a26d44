"""Spring-Festival work: its lists, who is on duty, what is reported each day, and the papers it needs."""
