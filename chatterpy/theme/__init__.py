"""The templates: where they are, what they are given, and the HTML that comes of them."""
