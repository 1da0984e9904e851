"""Drafts of an edition: what `palmares init` writes, and what editors, suppliers and people are told.

keys.py                         every key of the rulebook: type, unit, default, limits, and what it decides
schema.py                       JSON Schema of rulebook.yml and corrections.yml, made from the models that read them
example.py                      the smallest edition of the shape asked for: rules, headers, invented rows in order
commented.py                    a rulebook as YAML, each key with its meaning
pages.py                        the page for the field firm and the one for the organiser; docs/rulebook.md
key.py                          a throw-away bailiff's key
contracts.py contract_page.py   each file that is due as a data contract, and as a page for its supplier
precheck_page.py precheck/      the page by which a supplier looks at its files; its judgement, in JavaScript
write.py                        all of it, into a folder

Does not belong here: reading or judging an edition; what stands here is deposited and judged like any other.
"""

from orchestration.drafting.write import draft, shaped, write_contracts

__all__ = ["draft", "shaped", "write_contracts"]
