"""Palmarès: the pipeline and the audited results warehouse of a customer-service award.

Both counts read local times with the time zones of the pinned package `tzdata`, never with the machine's: Morocco's
hours of Ramadan are predictions that differ from one version to the next. A release says which version was read.
"""

import zoneinfo

zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()
