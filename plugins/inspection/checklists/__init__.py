"""Checklists out and back: issued per unit, read strictly on return, accepted by a person."""
