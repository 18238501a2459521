"""A first data set from nothing but a file: `lienthong dataset new NAME --from FILE`.

`reading` gives the file's columns and rows, `guessing` what they are, `identifiers` what they identify,
`sample` a few rows without anybody's data, `documents` the folder's files, `create` all of it.
"""

from ingest.proposal.create import Proposal, create, propose

__all__ = ["Proposal", "create", "propose"]
