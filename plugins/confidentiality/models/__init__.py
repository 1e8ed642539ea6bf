"""The tables of confidentiality; one module a topic."""
