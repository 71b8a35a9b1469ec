"""The web side: the address Telegram pushes to, and what tells an operator how the assistant is."""
