"""Object storage: deposits out of a bucket into custody, releases out of the house into one.

address.py   s3://BUCKET/FOLDER, as somebody writes it
store.py     a bucket: looked at, read, written to; every fault in words, no credential in any of them
names.py     which objects are deposits: each name is taken as hostile
fetching.py  `palmares fetch`: what suppliers left there, once read whole, is taken into custody like any file
sending.py   `palmares send`: releases and published tables, read back, the manifest last, nothing overwritten

Does not belong here: what a deposit or a release is. A bucket vouches for nothing: what comes from it is judged by
custody and checks, what goes into it by whoever runs `palmares verify` on it.
"""

from orchestration.objects.address import Address, read_address
from orchestration.objects.fetching import Fetched, fetch
from orchestration.objects.names import Left
from orchestration.objects.sending import Folder, Sent, send

__all__ = ["Address", "Fetched", "Folder", "Left", "Sent", "fetch", "read_address", "send"]
