"""The rules of confidentiality as pure functions and tables; one module a topic."""
