"""What stands between the network and the page: routes, origins, sign-in, limits, metrics, logs."""
