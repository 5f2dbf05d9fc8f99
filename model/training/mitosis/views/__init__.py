"""Makes geometric variants of every window and alters their colors."""
