"""What tests and benchmarks generate: projects, documentation, catalogues."""
