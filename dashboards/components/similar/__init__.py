"""Similar music: from a new song to the creators who could carry it, a module a step."""
