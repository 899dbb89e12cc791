"""What `overtone bench` runs: costs in CPU seconds and as ratios to a reference measured in the same run."""
