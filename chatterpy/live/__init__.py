"""Live: how a committed change reaches every open page, once, in order, without waiting for any."""
