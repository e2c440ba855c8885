/// One API call, as the lab saw it.
package struct LabCall: Sendable, Hashable {
    /// Its place among all calls to the lab.
    package let number: Int
    package let action: String
    package let region: String
    /// When it came, in seconds since the lab began.
    package let seconds: Double
    /// Whether it may change something.
    package let mutates: Bool

    fileprivate init?(_ value: JSONValue) {
        guard let action = value["action"].text, let region = value["region"].text,
            case .number(let number) = value["number"],
            case .number(let seconds) = value["seconds"]
        else { return nil }
        self.number = Int(number)
        self.action = action
        self.region = region
        self.seconds = seconds
        mutates = value["mutates"] == true
    }
}

/// Something that an account has in the lab.
package struct LabResource: Sendable, Hashable {
    /// As `lab inventory` names it, such as `security_groups`.
    package let kind: String
    package let id: String
    package let tags: [String: String]
}

extension Lab {
    /// The calls to a region, or to all of them, after the one of this number.
    package func calls(in region: String?, after number: Int = 0) async throws -> [LabCall] {
        let filter = region.map { ["--region", $0] } ?? []
        let listed = try await command(["calls", "--json", "--since", String(number)] + filter)
        return try JSONValue(decoding: listed.output)["calls"].list.compactMap { LabCall($0) }
    }

    /// All that the lab's account has in one region, seen by no filter and after no delay.
    package func inventory(of region: String) async throws -> [LabResource] {
        guard case .object(let kinds) = try await ask("inventory?region=\(region)") else {
            return []
        }
        return kinds.flatMap { kind, rows in
            // Roles and profiles belong to no region.
            rows.list.filter { $0["region"].text == region }.map { row in
                LabResource(kind: kind, id: row["id"].text ?? "?", tags: Self.tags(row["tags"]))
            }
        }
    }

    private static func tags(_ value: JSONValue) -> [String: String] {
        guard case .object(let tags) = value else { return [:] }
        return tags.compactMapValues(\.text)
    }
}
