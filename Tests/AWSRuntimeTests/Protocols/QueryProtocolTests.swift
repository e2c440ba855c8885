import AWSRuntime
import AWSSigning
import FoundationEssentials
import SpotTestSupport
import Testing

/// The published cases of the EC2 query and AWS query protocols, through our encoder and reader.
///
/// Our operations are written by hand, so a small interpreter of the suites' models stands in for them.
@Suite(
    .enabled(
        if: PeerSuites.folder("aws-protocols") != nil,
        "the published suites are not here; SPOT_PEER_SUITES names their folder"
    )
)
struct QueryProtocolTests {
    /// An empty body is an error to us: it must not pass for an empty list.
    private static let outputsLeftOut: Set = [
        "Ec2QueryEmptyInputAndEmptyOutput", "Ec2QueryNoInputAndOutput",
        "QueryEmptyInputAndEmptyOutput", "QueryNoInputAndOutput",
        "QueryNoInputAndNoOutput", "Ec2QueryNoInputAndNoOutput",
    ]

    @Test(arguments: [("ec2", QueryEncoder.Dialect.ec2, 20), ("query", .query, 28)])
    func `requests have the published fields`(
        _ form: String,
        _ dialect: QueryEncoder.Dialect,
        _ least: Int
    ) throws {
        let cases = try ProtocolSuite.cases("input", form)
        #expect(cases.count >= least)
        for (suite, test) in cases {
            var fields = QueryEncoder(dialect: dialect)
            fields["Action"] = test.given.name
            fields["Version"] = suite.metadata.apiVersion
            if let shape = test.given.input, case .object(let params)? = test.params {
                let writer = ModelWriter(suite: suite, dialect: dialect)
                writer.write(params, as: suite.resolve(shape), to: &fields)
            }
            #expect(
                pairs(String(decoding: fields.body, as: UTF8.self))
                    == pairs(test.serialized?.body ?? ""),
                "\(test.id)"
            )
        }
    }

    @Test(arguments: [("ec2", 18), ("query", 26)])
    func `answers are read as published`(_ form: String, _ least: Int) throws {
        let cases = try ProtocolSuite.cases("output", form)
            .filter { $0.1.errorCode == nil && !Self.outputsLeftOut.contains($0.1.id) }
        #expect(cases.count >= least)
        for (suite, test) in cases {
            let root = try XMLReader.read(Array((test.response?.body ?? "").utf8))
            let result = form == "ec2" ? root : root["\(test.given.name)Result"] ?? root
            guard let shape = test.given.output else { continue }
            let reader = ModelReader(suite: suite, isEC2: form == "ec2")
            #expect(
                try reader.read(result, as: suite.resolve(shape)) == test.result,
                "\(test.id)"
            )
        }
    }

    private func pairs(_ form: String) -> [String] {
        form.split(separator: "&")
            .map { String(decoding: PercentEncoding.decode($0), as: UTF8.self) }.sorted()
    }
}

/// Writes parameters as a model says, with our encoder.
private struct ModelWriter {
    let suite: ProtocolSuite
    let dialect: QueryEncoder.Dialect

    func write(
        _ params: [String: JSONValue],
        as structure: ProtocolSuite.Resolved,
        to fields: inout QueryEncoder
    ) {
        for (name, member) in structure.target.members ?? [:] {
            guard let value = params[name] else { continue }
            write(value, as: suite.resolve(member), named: wireName(name, member), to: &fields)
        }
    }

    private func write(
        _ value: JSONValue,
        as shape: ProtocolSuite.Resolved,
        named name: String,
        to fields: inout QueryEncoder
    ) {
        switch value {
        case .object(let object) where shape.type == "map":
            writeMap(object, as: shape, named: name, to: &fields)
        case .object(let object) where name.isEmpty:
            write(object, as: shape, to: &fields)
        case .object(let object):
            fields.setStructure(name, object) { write($1, as: shape, to: &$0) }
        case .list(let values):
            guard let member = shape.target.member.map(suite.resolve) else { return }
            let item = member.reference.locationName ?? "member"
            fields.setStructures(name, values, item: item, isFlat: shape.isFlat) {
                write($1, as: member, named: "", to: &$0)
            }
        case .text(let text) where shape.type == "blob":
            fields.setBlob(name, Array(text.utf8))
        case .number(let seconds) where shape.type == "timestamp":
            writeTimestamp(seconds, as: shape, named: name, to: &fields)
        case .text(let text): fields[name] = text
        case .bool(let bool): fields[name] = bool
        case .number(let number):
            fields[name] = Int(exactly: number).map(String.init) ?? "\(number)"
        case .null: break
        }
    }

    private func writeTimestamp(
        _ seconds: Double,
        as shape: ProtocolSuite.Resolved,
        named name: String,
        to fields: inout QueryEncoder
    ) {
        if shape.timestampFormat == "unixTimestamp" {
            fields[name] = Int(seconds)
        } else {
            fields[name] = Date(timeIntervalSince1970: seconds)
        }
    }

    private func writeMap(
        _ map: [String: JSONValue],
        as shape: ProtocolSuite.Resolved,
        named name: String,
        to fields: inout QueryEncoder
    ) {
        guard let key = shape.target.key, let value = shape.target.value, !map.isEmpty else {
            return
        }
        let entries = map.sorted { $0.key < $1.key }
        fields.setStructures(name, entries, item: "entry", isFlat: shape.isFlat) { fields, entry in
            fields[key.locationName ?? "key"] = entry.key
            let valueName = value.locationName ?? "value"
            write(entry.value, as: suite.resolve(value), named: valueName, to: &fields)
        }
    }

    /// EC2 has names of its own, and begins those of the XML with a capital.
    private func wireName(_ name: String, _ member: ProtocolSuite.Shape) -> String {
        let flatItem = member.flattened == true ? suite.resolve(member).target.member : nil
        let location = flatItem?.locationName ?? member.locationName
        guard dialect == .ec2 else { return location ?? name }
        let capitalised = location.map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return member.queryName ?? capitalised ?? name
    }
}

/// Reads an answer as a model says, from our elements.
private struct ModelReader {
    let suite: ProtocolSuite
    let isEC2: Bool

    func read(_ element: XMLElement, as shape: ProtocolSuite.Resolved) throws -> JSONValue {
        switch shape.type {
        case "structure": .object(try readStructure(element, shape))
        case "list": .list(try readItems(element.children, shape))
        case "map": .object(try readMap(element.all("entry"), shape))
        case "boolean": .bool(element.text == "true")
        case "integer", "long", "float", "double": try readNumber(element.text)
        case "timestamp": .number(try #require(Timestamp.parse(element.text)).timeIntervalSince1970)
        case "blob":
            .text(
                String(decoding: try #require(Data(base64Encoded: element.text)), as: UTF8.self)
            )
        default: .text(element.text)
        }
    }

    private func readStructure(
        _ element: XMLElement,
        _ shape: ProtocolSuite.Resolved
    ) throws -> [String: JSONValue] {
        var object: [String: JSONValue] = [:]
        for (name, member) in shape.target.members ?? [:] {
            let resolved = suite.resolve(member)
            let isFlatList = resolved.isFlat && resolved.type == "list"
            let itemName = isFlatList ? resolved.target.member?.locationName : nil
            let found = element.all(itemName ?? member.locationName ?? name)
            guard let first = found.first else { continue }
            if resolved.isFlat, resolved.type == "list" {
                object[name] = .list(try readItems(found, resolved))
            } else if resolved.isFlat, resolved.type == "map" {
                object[name] = .object(try readMap(found, resolved))
            } else {
                object[name] = try read(first, as: resolved)
            }
        }
        return object
    }

    private func readItems(
        _ items: [XMLElement],
        _ shape: ProtocolSuite.Resolved
    ) throws -> [JSONValue] {
        let member = suite.resolve(try #require(shape.target.member))
        return try items.map { try read($0, as: member) }
    }

    private func readMap(
        _ entries: [XMLElement],
        _ shape: ProtocolSuite.Resolved
    ) throws -> [String: JSONValue] {
        let key = try #require(shape.target.key)
        let value = try #require(shape.target.value)
        var object: [String: JSONValue] = [:]
        for entry in entries {
            let name = try entry.require(key.locationName ?? "key")
            let element = try #require(entry[value.locationName ?? "value"])
            object[name] = try read(element, as: suite.resolve(value))
        }
        return object
    }

    private func readNumber(_ text: String) throws -> JSONValue {
        let number = try #require(Double(text))
        return number.isFinite ? .number(number) : .text(text)
    }
}
