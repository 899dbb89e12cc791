"""How creators look who could carry music further: the ranking, one creator, the shortlist, the choices."""
