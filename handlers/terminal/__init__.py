CHANNEL = "terminal"
"""The channel's name in the inbox and the outbox."""
