"""The names of S3's operations, which its requests tell by method, path and query only."""

from __future__ import annotations

# (method, whether there is a key, what stands in the query) -> operation; the first that fits.
_ROUTES = (
    ("POST", True, "uploads", "CreateMultipartUpload"),
    ("POST", True, "uploadId", "CompleteMultipartUpload"),
    ("PUT", True, "uploadId", "UploadPart"),
    ("DELETE", True, "uploadId", "AbortMultipartUpload"),
    ("GET", True, "uploadId", "ListParts"),
    ("POST", False, "delete", "DeleteObjects"),
    ("GET", False, "location", "GetBucketLocation"),
    ("GET", False, "uploads", "ListMultipartUploads"),
    ("GET", False, "list-type", "ListObjectsV2"),
    ("PUT", False, "publicAccessBlock", "PutPublicAccessBlock"),
    ("PUT", False, "lifecycle", "PutBucketLifecycleConfiguration"),
    ("PUT", False, "tagging", "PutBucketTagging"),
    ("HEAD", False, "", "HeadBucket"),
    ("PUT", False, "", "CreateBucket"),
    ("DELETE", False, "", "DeleteBucket"),
    ("GET", False, "", "ListObjects"),
    ("HEAD", True, "", "HeadObject"),
    ("PUT", True, "", "PutObject"),
    ("GET", True, "", "GetObject"),
    ("DELETE", True, "", "DeleteObject"),
)


def s3_action(method: str, path: str, query: dict[str, str]) -> str:
    """The operation of a path-style request; "GET /path" when the lab does not know it."""
    bucket, _, key = path.lstrip("/").partition("/")
    if not bucket:
        return "ListBuckets" if method == "GET" else f"{method} {path}"
    known = {verb: name for verb, name in query.items() if verb != "x-id"}
    for verb, has_key, sub, action in _ROUTES:
        if verb == method and has_key == bool(key) and (sub in known if sub else True):
            return action
    return f"{method} {path}"
