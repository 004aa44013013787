// Room for Networks.
