"""For authors of plugins: a real portal in a temporary folder, and people to visit it as."""
