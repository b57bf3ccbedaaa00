"""The parts of « Aujourd'hui » that come from partners and exchanges."""
