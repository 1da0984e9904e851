"""Palmarès: the pipeline and the audited results warehouse of a customer-service award."""
