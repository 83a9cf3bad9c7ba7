"""RDS: a database is changed while it is available, and an Aurora one has no storage of its own."""

from __future__ import annotations

from moto.rds.models import rds_backends

from supplement import guard
from wire import AwsError, Call

CHANGEABLE = ("available", "storage-full", "storage-optimization", "incompatible-parameters")


@guard("rds:ModifyDBInstance")
def check_available(call: Call) -> None:
    name = call.params["DBInstanceIdentifier"]
    found = rds_backends[call.account][call.region].databases.get(name)
    if found is None:
        raise AwsError("DBInstanceNotFound", f"DBInstance {name} not found.", 404)
    if found.status not in CHANGEABLE:
        raise AwsError("InvalidDBInstanceState", f"Database instance is not in available state: {found.status}.")
    if "MaxAllocatedStorage" in call.params and found.db_cluster_identifier:
        message = "The specified DB Instance is a member of a cluster; it has no storage of its own."
        raise AwsError("InvalidParameterCombination", message)
