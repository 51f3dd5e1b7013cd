"""The server under load: people who browse, others who export, and a day that is loaded meanwhile. `python -m bench.load`."""
