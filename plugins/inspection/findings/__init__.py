"""疑似事項 and their triage, and the findings a person confirmed."""
