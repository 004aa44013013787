// Room for Searches.
