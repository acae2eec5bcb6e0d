"""What operators and their machines see of the site: probes, request logs, metrics."""
