import AWSRuntime
import AWSServices
import HTTPTransport
import Testing

/// The expected requests were serialised by botocore from the same parameters.
struct JSONSerializationTests {
    @Test func `a parameter is asked for by name`() throws {
        let request = try GetParameter("/a/b").encoded()
        #expect(request.headers["X-Amz-Target"] == "AmazonSSM.GetParameter")
        #expect(request.headers["Content-Type"] == "application/x-amz-json-1.1")
        #expect(text(request) == #"{"Name":"/a/b"}"#)
    }

    @Test func `parameters are asked for together`() throws {
        let request = try GetParameters(["/a", "/b"]).encoded()
        #expect(request.headers["X-Amz-Target"] == "AmazonSSM.GetParameters")
        #expect(text(request) == #"{"Names":["/a","/b"]}"#)
    }

    @Test func `a file system is made with everything that decides its price`() throws {
        let operation = CreateFileSystem(
            creationToken: "spot-data",
            zone: "eu-central-1a",
            tags: ["b": "2", "a": "1"]
        )
        let request = try operation.encoded()
        #expect(request.method == "POST")
        #expect(request.path == "/2015-02-01/file-systems")
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(
            text(request)
                == #"{"AvailabilityZoneName":"eu-central-1a","CreationToken":"spot-data","#
                + #""Encrypted":true,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}],"#
                + #""ThroughputMode":"elastic"}"#
        )
    }

    @Test func `what is not said is not in the query`() throws {
        let all = try DescribeFileSystems().encoded()
        #expect(all.method == "GET")
        #expect(all.query == "")
        #expect(all.body == [])
        var next = DescribeFileSystems(creationToken: "a b/c")
        next.nextToken = "m+1"
        #expect(try next.encoded().query == "Marker=m%2B1&CreationToken=a%20b%2Fc")
    }

    @Test func `a mount target names network and groups`() throws {
        let operation = CreateMountTarget(
            fileSystem: "fs-1",
            subnet: "subnet-1",
            groups: ["sg-1"]
        )
        let request = try operation.encoded()
        #expect(request.path == "/2015-02-01/mount-targets")
        #expect(
            text(request)
                == #"{"FileSystemId":"fs-1","SecurityGroups":["sg-1"],"SubnetId":"subnet-1"}"#
        )
    }

    @Test func `deleting names the resource in the path`() throws {
        let deletions: [any AWSOperation] = [DeleteFileSystem("fs-1"), DeleteMountTarget("fsmt-1")]
        let requests = try deletions.map { try $0.encoded() }
        #expect(requests.map(\.method) == ["DELETE", "DELETE"])
        #expect(
            requests.map(\.path) == [
                "/2015-02-01/file-systems/fs-1", "/2015-02-01/mount-targets/fsmt-1",
            ]
        )
        #expect(requests.allSatisfy { $0.body.isEmpty && $0.headers.fields.isEmpty })
    }

    private func text(_ request: OperationRequest) -> String {
        String(decoding: request.body, as: UTF8.self)
    }
}
