"""Tags of a structure: their list, their names, two that become one."""
