import Foundation
import SpotTestSupport
import SystemPackage
import Testing

extension Computer {
    /// boto3 in this computer's region.
    @discardableResult
    func boto(_ operation: String, _ parameters: JSONValue = [:], query: String = "@") async throws
        -> JSONValue
    {
        try await witness.ask("ec2", operation, parameters, region: region, query: query)
    }

    /// The machine's live instances, as boto3 sees them.
    func instances(_ name: String, query: String = "InstanceId") async throws -> JSONValue {
        try await boto(
            "describe_instances",
            [
                "Filters": [
                    ["Name": "tag:spot:name", "Values": [.text(name)]],
                    [
                        "Name": "instance-state-name",
                        "Values": ["pending", "running", "stopping", "stopped"],
                    ],
                ]
            ],
            query: "Reservations[].Instances[].\(query)"
        )
    }

    /// Whatever of the machine still is there, at AWS or here; empty when `terminate` was total.
    func leftovers(_ name: String) async throws -> [String] {
        let tagged: JSONValue = ["Filters": [["Name": "tag:spot:name", "Values": [.text(name)]]]]
        let questions = [
            (
                "describe_instances",
                "Reservations[].Instances[?State.Name!='terminated'].InstanceId[]"
            ),
            ("describe_security_groups", "SecurityGroups[].GroupId"),
            ("describe_key_pairs", "KeyPairs[].KeyName"),
            ("describe_launch_templates", "LaunchTemplates[].LaunchTemplateName"),
            ("describe_volumes", "Volumes[].VolumeId"),
            ("describe_network_interfaces", "NetworkInterfaces[].NetworkInterfaceId"),
            (
                "describe_spot_instance_requests",
                "SpotInstanceRequests[?State=='open' || State=='active'].SpotInstanceRequestId"
            ),
        ]
        var found: [String] = []
        for (operation, query) in questions {
            found += try await boto(operation, tagged, query: query).list.compactMap(\.text)
        }
        return found
            + localFiles().filter { $0.split(separator: "/").last != "known_hosts" }
            .filter { $0.contains(name) }
    }

    /// Everything spot keeps on this computer.
    func localFiles() -> [String] {
        let all = FileManager.default.enumerator(atPath: state.string)
        return (all?.compactMap { $0 as? String } ?? []).map { state.appending($0).string }
    }

    /// The lines of our own known-hosts file.
    func pins() throws -> [String] {
        let path = state.appending("known_hosts")
        guard let bytes = try? ScratchDirectory.read(path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
