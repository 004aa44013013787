// Room for Policies.
