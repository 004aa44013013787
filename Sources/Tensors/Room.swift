// Room for Tensors.
