"""What a move lacks, written from one small form: the same services as everywhere, one after the other."""
