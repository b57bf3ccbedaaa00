"""Who a partner is: what is typed of it, looked up in the reference, and kept with its lists."""
