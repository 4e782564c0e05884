"""The durable store of samples and small tables behind open_store(url)."""
