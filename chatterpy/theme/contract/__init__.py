"""The contract: what each template is given, and what the live page needs of it."""
