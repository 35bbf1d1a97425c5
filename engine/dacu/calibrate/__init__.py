"""From a shop's own figures to a scenario that starts from them."""
