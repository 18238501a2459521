"""The command `lienthong`: imports everything, nobody imports it."""
