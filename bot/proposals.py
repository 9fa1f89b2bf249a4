"""The claims in what a model writes, each as soon as it is complete."""
