"""Synthetic editions: invented companies, real shapes, deposits in custody.

Belongs here: everything that `palmares sample` writes, and the story it holds on purpose
(docs/sample.md). Does not belong here: reading, checking or marking an edition; a sample is judged by
the same code as a real one.
"""

from orchestration.sample.edition import Sample, generate

__all__ = ["Sample", "generate"]
