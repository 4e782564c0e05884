"""Services that live as long as the program: bus, acquisition, live buffers, connections."""
