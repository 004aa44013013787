// Room for Rankings.
