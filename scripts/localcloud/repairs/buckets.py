"""S3 buckets in another region than the one that the request was signed for.

AWS sends such requests on: 301 PermanentRedirect with the bucket's region in a header, which a
client signs anew for (S3 API reference, "Error responses"). moto serves them.
"""

from __future__ import annotations

from moto.s3.models import s3_backends

from ..pipeline import Answer, Call, Repair

_HEADER = "x-amz-bucket-region"


class Buckets(Repair):
    """Redirects requests to a bucket's own region."""

    def before(self, call: Call, cloud) -> Answer | None:
        name = call.environ.get("PATH_INFO", "/").split("/")[1]
        if call.service != "s3" or not name or call.action in ("CreateBucket", "GetBucketLocation"):
            return None
        bucket = s3_backends[call.account]["aws"].buckets.get(name)
        if bucket is None or bucket.region_name == call.region:
            return None
        text = "The bucket you are attempting to access must be addressed using the specified endpoint."
        answer = Answer.error(call, "PermanentRedirect", text, 301)
        region = f"<Bucket>{name}</Bucket><Region>{bucket.region_name}</Region></Error>"
        answer.body = answer.body.replace(b"</Error>", region.encode())
        answer.headers[_HEADER] = bucket.region_name
        return answer
