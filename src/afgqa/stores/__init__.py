"""Vector stores behind the `VectorStore` seam."""
