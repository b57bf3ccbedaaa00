"""How a structure follows a partner: who, how closely, until when, with which tags."""
