"""Writes to buckets, roles, functions, log groups and secrets, and the errors that AWS has for them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from typing import Any

from selftest.harness import REGION, Account, Server, error_of, same

HERE = {"LocationConstraint": REGION}
OPEN = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
CONFIG_ROLE = "AWSServiceRoleForConfig"


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bucket_policy(bucket: str, **changes: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:GetBucketAcl",
        "Resource": f"arn:aws:s3:::{bucket}",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | changes]})


def code(text: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("index.py", text)
    return memory.getvalue()


def test_bucket(server: Server) -> None:
    account, other = Account(server), Account(server)
    client, name = account.client("s3"), f"logs-{account.id}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration=HERE)
    again = {"Bucket": name, "CreateBucketConfiguration": HERE}
    same(error_of(client.create_bucket, **again), ("BucketAlreadyOwnedByYou", 409))
    same(error_of(other.client("s3").create_bucket, **again), ("BucketAlreadyExists", 409))
    same(error_of(client.create_bucket, Bucket=f"{name}-2"), ("IllegalLocationConstraintException", 400))
    same(client.head_bucket(Bucket=name)["BucketRegion"], REGION)
    same(client.get_bucket_location(Bucket=name)["LocationConstraint"], REGION)
    same([b["Name"] for b in client.list_buckets()["Buckets"]], [name])
    same(other.client("s3").list_buckets()["Buckets"], [])
    same(error_of(other.client("s3").head_bucket, Bucket=name), ("403", 403))
    same(error_of(other.client("s3").get_bucket_policy, Bucket=name), ("AccessDenied", 403))
    same(error_of(client.head_bucket, Bucket="nobody-has-this-one"), ("404", 404))
    client.put_object(Bucket=name, Key="a key/with spaces.txt", Body=b"text")
    same(error_of(client.delete_bucket, Bucket=name), ("BucketNotEmpty", 409))
    client.delete_object(Bucket=name, Key="a key/with spaces.txt")
    client.delete_bucket(Bucket=name)
    same(error_of(client.delete_bucket, Bucket=name), ("NoSuchBucket", 404))
    other.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=HERE)


def test_bucket_elsewhere(server: Server) -> None:
    """A client that does not follow is told where the bucket is."""
    account = Account(server)
    home, name = account.client("s3", "us-east-1"), f"virginia-{account.id}"
    home.create_bucket(Bucket=name)
    home.create_bucket(Bucket=name)  # there, and only there, a second creation succeeds
    same(home.get_bucket_location(Bucket=name).get("LocationConstraint"), None)
    for method, length in (("HEAD", 0), ("GET", 1)):
        status, headers, body = server.request(method, f"/{name}?policy", b"", account.signed("s3"))
        same((status, headers["x-amz-bucket-region"], min(len(body), 1)), (301, "us-east-1", length))


def test_bucket_parts(server: Server) -> None:
    account = Account(server)
    client, name = account.client("s3"), f"parts-{account.id}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration=HERE)
    [rule] = client.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    same(rule["ApplyServerSideEncryptionByDefault"], {"SSEAlgorithm": "AES256"})
    assert all(client.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    ownership = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    same(client.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"], ownership)
    same("Status" in client.get_bucket_versioning(Bucket=name), False)
    for method, code_of in (
        (client.get_bucket_policy, "NoSuchBucketPolicy"),
        (client.get_bucket_tagging, "NoSuchTagSet"),
        (client.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration"),
    ):
        same(error_of(method, Bucket=name), (code_of, 404))
        same(error_of(method, Bucket="nobody-has-this-one"), ("NoSuchBucket", 404))

    client.put_bucket_policy(Bucket=name, Policy=bucket_policy(name))
    same(json.loads(client.get_bucket_policy(Bucket=name)["Policy"]), json.loads(bucket_policy(name)))
    client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "managed-by", "Value": "audit"}]})
    same(client.get_bucket_tagging(Bucket=name)["TagSet"], [{"Key": "managed-by", "Value": "audit"}])
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    same(client.get_bucket_versioning(Bucket=name)["Status"], "Enabled")
    assert b"<VersioningConfiguration" in server.request("GET", f"/{name}/?versioning", b"", account.signed("s3"))[2]
    expiry = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [expiry]})
    same(client.get_bucket_lifecycle_configuration(Bucket=name)["Rules"], [expiry])
    keys = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [keys]})
    same(client.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"], [keys])
    client.delete_bucket_encryption(Bucket=name)
    same(client.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"], [rule])
    client.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ownership)
    client.delete_bucket_ownership_controls(Bucket=name)
    same(error_of(client.get_bucket_ownership_controls, Bucket=name), ("OwnershipControlsNotFoundError", 404))
    client.delete_public_access_block(Bucket=name)
    same(error_of(client.get_public_access_block, Bucket=name), ("NoSuchPublicAccessBlockConfiguration", 404))


def test_bucket_policies(server: Server) -> None:
    account = Account(server)
    client, name = account.client("s3"), f"policies-{account.id}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration=HERE)

    def refused(policy: str) -> tuple[str, int]:
        return error_of(client.put_bucket_policy, Bucket=name, Policy=policy)

    same(refused('{"Version"'), ("MalformedPolicy", 400))
    same(refused("{}"), ("MalformedPolicy", 400))
    same(refused(bucket_policy("another")), ("MalformedPolicy", 400))
    same(refused(bucket_policy(name, Action="sns:Publish")), ("MalformedPolicy", 400))
    same(refused(bucket_policy(name, Principal="*")), ("AccessDenied", 403))
    client.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=OPEN)
    client.put_bucket_policy(Bucket=name, Policy=bucket_policy(name, Principal="*"))


def test_role(server: Server) -> None:
    client = Account(server).client("iam")
    role = {"RoleName": "notifier"}
    tags = [{"Key": "managed-by", "Value": "audit"}]
    client.create_role(**role, AssumeRolePolicyDocument=trust("lambda"), Tags=tags)
    same(client.get_role(**role)["Role"]["Tags"], tags)
    again = role | {"AssumeRolePolicyDocument": trust("lambda")}
    same(error_of(client.create_role, **again), ("EntityAlreadyExists", 409))
    bad = {"RoleName": "bad", "AssumeRolePolicyDocument": bucket_policy("x")}
    same(error_of(client.create_role, **bad), ("MalformedPolicyDocument", 400))
    same(error_of(client.get_role, RoleName="bad"), ("NoSuchEntity", 404))
    statement = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
    inline = role | {"PolicyName": "logs"}
    client.put_role_policy(**inline, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    same(client.get_role_policy(**inline)["PolicyDocument"]["Statement"], [statement])
    same(client.list_role_policies(**role)["PolicyNames"], ["logs"])
    same(error_of(client.delete_role, **role), ("DeleteConflict", 409))
    client.delete_role_policy(**inline)
    same(error_of(client.get_role_policy, **inline), ("NoSuchEntity", 404))
    client.attach_role_policy(**role, PolicyArn=BASIC)
    same([p["PolicyArn"] for p in client.list_attached_role_policies(**role)["AttachedPolicies"]], [BASIC])
    same(error_of(client.attach_role_policy, **role, PolicyArn=f"{BASIC}X"), ("NoSuchEntity", 404))
    same(error_of(client.delete_role, **role), ("DeleteConflict", 409))
    client.detach_role_policy(**role, PolicyArn=BASIC)
    client.tag_role(**role, Tags=[{"Key": "team", "Value": "ops"}])
    same(len(client.list_role_tags(**role)["Tags"]), 2)
    client.delete_role(**role)
    same(error_of(client.delete_role, **role), ("NoSuchEntity", 404))


def test_service_linked_role(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("iam")
    service = {"AWSServiceName": "config.amazonaws.com"}
    same(error_of(client.create_service_linked_role, **service), ("InvalidInput", 400))
    same(client.get_role(RoleName=CONFIG_ROLE)["Role"]["Path"], "/aws-service-role/config.amazonaws.com/")
    same(error_of(client.delete_role, RoleName=CONFIG_ROLE), ("UnmodifiableEntity", 400))

    def delete() -> list[str]:
        task = client.delete_service_linked_role(RoleName=CONFIG_ROLE)["DeletionTaskId"]
        looks = [client.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] for _ in range(2)]
        return looks

    same(delete(), ["IN_PROGRESS", "FAILED"])  # the recorder uses it
    account.client("config").delete_configuration_recorder(ConfigurationRecorderName="default")
    same(delete(), ["IN_PROGRESS", "SUCCEEDED"])
    same(error_of(client.get_role, RoleName=CONFIG_ROLE), ("NoSuchEntity", 404))
    client.create_service_linked_role(**service)


def test_function(server: Server) -> None:
    account = Account(server)
    client, iam = account.client("lambda"), account.client("iam")
    role = iam.create_role(RoleName="runs", AssumeRolePolicyDocument=trust("lambda"))["Role"]["Arn"]
    foreign = iam.create_role(RoleName="foreign", AssumeRolePolicyDocument=trust("ecs-tasks"))["Role"]["Arn"]
    first, second = code("a = 1"), code("a = 2")
    settings = {"Runtime": "python3.13", "Handler": "index.handler", "Code": {"ZipFile": first}, "Timeout": 30}
    for wrong in (f"{role}-not", foreign):
        refused = error_of(client.create_function, FunctionName="notifier", Role=wrong, **settings)
        same(refused, ("InvalidParameterValueException", 400))
    made = client.create_function(FunctionName="notifier", Role=role, Tags={"managed-by": "audit"}, **settings)
    same((made["State"], made["CodeSha256"]), ("Active", digest(first)))
    again = error_of(client.create_function, FunctionName="notifier", Role=role, **settings)
    same(again, ("ResourceConflictException", 409))
    account.post("state", kind="function", name="notifier", state="Failed", last_update_status="Failed")
    client.update_function_code(FunctionName="notifier", ZipFile=second)
    found = client.get_function_configuration(FunctionName="notifier")
    same((found["State"], found["LastUpdateStatus"], found["CodeSha256"]), ("Active", "Successful", digest(second)))
    client.update_function_configuration(FunctionName="notifier", Timeout=10, Environment={"Variables": {"A": "b"}})
    found = client.get_function_configuration(FunctionName="notifier")
    same((found["Timeout"], found["Environment"]), (10, {"Variables": {"A": "b"}}))
    arn = found["FunctionArn"]
    client.tag_resource(Resource=arn, Tags={"team": "ops"})
    same(client.list_tags(Resource=arn)["Tags"], {"managed-by": "audit", "team": "ops"})
    client.delete_function(FunctionName="notifier")
    same(error_of(client.delete_function, FunctionName="notifier"), ("ResourceNotFoundException", 404))


def test_function_policy(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("lambda")
    of = {"FunctionName": "slack-notifier"}
    topic = f"arn:aws:sns:{REGION}:{account.id}:pager"
    grant = of | {"StatementId": "pager", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
    client.add_permission(**grant, SourceArn=topic)
    same(error_of(client.add_permission, **grant), ("ResourceConflictException", 409))
    statements = json.loads(client.get_policy(**of)["Policy"])["Statement"]
    same(statements[1]["Condition"], {"ArnLike": {"AWS:SourceArn": topic}})
    for statement in statements:
        client.remove_permission(**of, StatementId=statement["Sid"])
    same(error_of(client.get_policy, **of), ("ResourceNotFoundException", 404))
    same(error_of(client.remove_permission, **of, StatementId="pager"), ("ResourceNotFoundException", 404))
    same(error_of(client.add_permission, **grant | {"FunctionName": "none"}), ("ResourceNotFoundException", 404))


def digest(archive: bytes) -> str:
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def test_log_group(server: Server) -> None:
    client = Account(server).client("logs")
    group = {"logGroupName": "/aws/lambda/notifier"}
    client.create_log_group(**group, tags={"managed-by": "audit"})
    same(error_of(client.create_log_group, **group), ("ResourceAlreadyExistsException", 400))
    same(error_of(client.put_retention_policy, **group, retentionInDays=31), ("InvalidParameterException", 400))
    client.put_retention_policy(**group, retentionInDays=30)
    [found] = client.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
    same(found["retentionInDays"], 30)
    client.tag_resource(resourceArn=found["logGroupArn"], tags={"team": "ops"})
    same(len(client.list_tags_for_resource(resourceArn=found["logGroupArn"])["tags"]), 2)
    same(error_of(client.list_tags_for_resource, resourceArn=found["arn"]), ("ResourceNotFoundException", 400))
    client.delete_log_group(**group)
    same(error_of(client.delete_log_group, **group), ("ResourceNotFoundException", 400))


def test_secrets(server: Server) -> None:
    account = Account(server)
    secrets, parameters = account.client("secretsmanager"), account.client("ssm")
    secrets.create_secret(Name="audit/slack-webhook", SecretString="https://hooks.example.com/")
    same(secrets.describe_secret(SecretId="audit/slack-webhook")["Name"], "audit/slack-webhook")
    same(secrets.get_secret_value(SecretId="audit/slack-webhook")["SecretString"], "https://hooks.example.com/")
    same(error_of(secrets.describe_secret, SecretId="none")[0], "ResourceNotFoundException")
    parameters.put_parameter(Name="/audit/webhook", Value="x", Type="SecureString")
    same(parameters.get_parameter(Name="/audit/webhook", WithDecryption=True)["Parameter"]["Value"], "x")
    wanted = [{"Key": "Name", "Values": ["/audit/webhook"]}]
    same(len(parameters.describe_parameters(ParameterFilters=wanted)["Parameters"]), 1)
    same(error_of(parameters.get_parameter, Name="/none")[0], "ParameterNotFound")
    same({r["operation"].split(":")[0] for r in account.get("requests")}, {"secretsmanager", "ssm"})
