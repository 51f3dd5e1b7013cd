"""The real clients against a real server: `make clients-test`. They come from npm, talk to a model API of ours, and send their telemetry home."""
