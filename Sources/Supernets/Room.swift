// Room for Supernets.
