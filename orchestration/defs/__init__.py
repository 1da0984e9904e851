"""What Dagster sees: assets, checks, jobs, sensors.

environment.py partitions.py      the resources: settings and engine; editions as partitions
sources.py                        what is received, source by source: who delivers it and what it is
runs.py                           from a Dagster context to a run, from our errors to what the UI shows
asking.py skipping.py             what a run makes anew though it stands; what it does not make again
intake.py scoring.py              assets: deposits, read source by source; the dbt project, its tests as checks
assurance.py                      assets: the two that judge, each with its checks
dossier.py publication.py         assets: the dossier; the release, and what BI tools and the public read
standing.py                       asset: where an edition stands
links.py accounts.py telling.py   what the UI shows: addresses; rows of a source; where an edition stands
nightly.py                        custody and releases, verified anew each night
jobs.py acts.py                   the jobs; acts of a person: a warning accepted, a source read again
sensors.py notices.py             new deposits and documents handed back; failed runs told by e-mail or webhook

Declarations only; the work is in plain functions elsewhere.
"""
