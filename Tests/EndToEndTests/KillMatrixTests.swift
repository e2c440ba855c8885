import Foundation
import SpotTestSupport
import Testing

/// `kill -9` at every AWS call: the same command again ends with one machine, or with none.
///
/// Each test attaches its matrix; `--attachments-path` keeps it.
@Suite struct KillMatrixTests {
    @Test func `launch again gives one machine, whatever call the first was killed at`()
        async throws
    {
        let regions = ["us-west-2", "ap-southeast-1", "ap-northeast-3"]
        let points = KillPoint.all(of: try await calls(in: regions[0]).launch)
        let matrix = try await KillMatrix(points, in: regions) { point, name, computer in
            let killed = try await KilledProgram(Self.launch(name), at: point, on: computer)
            let left = try await Self.taggedInventory(name, computer)
            let machine = try await computer.onlyMachine(name, before: left)
            try await killed.letGo()
            try await computer.expect(machine, of: name)
            try await computer.spot("exec", name, "true")
            try await computer.expectNothing(of: name, after: "terminate")
            let what = left.machines.isEmpty ? "launched anew" : "taken up"
            return KillMatrix.Finding(
                left: left.summary,
                result: killed.wasReached ? what : "not reached"
            )
        }
        Attachment.record(matrix.text, named: "launch.txt")
    }

    @Test func `terminate again leaves nothing, whatever call the first was killed at`()
        async throws
    {
        let regions = ["ca-west-1", "ap-southeast-3"]
        let points = KillPoint.all(of: try await calls(in: regions[0]).terminate)
        let matrix = try await KillMatrix(points, in: regions) { point, name, computer in
            try await computer.spot("launch", name, "-p", "t3.small")
            let terminate = ["terminate", name]
            let killed = try await KilledProgram(terminate, at: point, on: computer)
            let left = try await Self.taggedInventory(name, computer)
            try await computer.expectNothing(of: name, after: "terminate")
            try await killed.letGo()
            try await computer.expectNothing(of: name)
            return KillMatrix.Finding(
                left: left.summary,
                result: killed.wasReached ? "all removed" : "not reached"
            )
        }
        Attachment.record(matrix.text, named: "terminate.txt")
    }

    @Test
    func `a second computer takes a killed launch up or says what it lacks, and harms nothing`()
        async throws
    {
        let regions = ["ap-south-2", "ap-east-1"]
        // Before its effect, a call leaves what the one before it left; two such cases are enough here.
        let points = KillPoint.all(of: try await calls(in: regions[0]).launch).filter { point in
            let isTelling = ["ImportKeyPair", "CreateFleet"].contains(point.action)
            return point.mutates && (point.moment == .afterEffect || isTelling)
        }
        let matrix = try await KillMatrix(points, in: regions) { point, name, computer in
            let killed = try await KilledProgram(Self.launch(name), at: point, on: computer)
            let left = try await Self.taggedInventory(name, computer)
            let other = try await Computer(region: computer.region)
            let said = try await other.program.run(Self.launch(name), within: Computer.patience)
            try await killed.letGo()
            // Who has the key has the machine; nobody has another.
            let able = said.status == 0 ? other : computer
            if said.status != 0 { Self.expectMissingKey(said, left, point) }
            let machine = try await able.onlyMachine(name, before: left)
            try await able.spot("exec", name, "true")
            try await able.expect(machine, of: name)
            try await able.expectNothing(of: name, after: "terminate")
            return KillMatrix.Finding(
                left: left.summary,
                result: said.status == 0 ? "launched there" : "\(said.status): no key there"
            )
        }
        Attachment.record(matrix.text, named: "second-computer.txt")
    }

    private static func launch(_ name: String) -> [String] { ["launch", name, "-p", "t3.small"] }

    private static func expectMissingKey(
        _ said: ChildProcess.Result,
        _ left: [LabResource],
        _ point: KillPoint
    ) {
        #expect(said.talk.contains("its private key is not on this computer"), "\(point)")
        #expect(said.status == (left.machines.isEmpty ? 1 : 7), "\(point)")
    }

    /// What is there, all of which a search for the machine's tags must find.
    private static func taggedInventory(_ name: String, _ computer: Computer) async throws
        -> [LabResource]
    {
        let found = try await computer.lab.inventory(of: computer.region)
        for one in found {
            #expect(one.tags["spot:name"] == name, "\(one)")
            #expect(one.tags["spot:managed"] == "1", "\(one)")
        }
        return found
    }

    /// The calls of a launch and of a terminate that nobody disturbs.
    private func calls(in region: String) async throws -> (
        launch: [LabCall], terminate: [LabCall]
    ) {
        let computer = try await Computer(region: region)
        let start = try await computer.lab.calls(in: region).last?.number ?? 0
        try await computer.spot("launch", "undisturbed", "-p", "t3.small")
        let launch = try await computer.lab.calls(in: region, after: start)
        try await computer.spot("terminate", "undisturbed")
        let last = launch.last?.number ?? start
        return (launch, try await computer.lab.calls(in: region, after: last))
    }
}

extension [LabResource] {
    fileprivate var machines: [String] { filter { $0.kind == "instances" }.map(\.id) }

    /// Such as "key_pairs, security_groups"; what is part of a machine goes without saying.
    fileprivate var summary: String {
        let parts: Set = ["fleets", "network_interfaces", "volumes"]
        let kinds = Set(map(\.kind)).subtracting(machines.isEmpty ? [] : parts)
        return kinds.isEmpty ? "nothing" : kinds.sorted().joined(separator: ", ")
    }
}

extension Computer {
    /// Launches and answers the one machine that is there then: the one of before, if there was one.
    fileprivate func onlyMachine(_ name: String, before: [LabResource]) async throws -> String? {
        try await spot("launch", name, "-p", "t3.small")
        let machines = try await lab.inventory(of: region).machines
        #expect(machines.count == 1, "\(name): \(machines)")
        if !before.machines.isEmpty { #expect(machines == before.machines, "\(name)") }
        return machines.first
    }

    /// No other machine came, and this one is there.
    fileprivate func expect(_ machine: String?, of name: String) async throws {
        let machines = try await lab.inventory(of: region).machines
        #expect(machines == [machine].compactMap(\.self), "\(name)")
    }

    /// Nothing is there, and nothing is here but the file of pins.
    fileprivate func expectNothing(of name: String, after verb: String? = nil) async throws {
        if let verb { try await spot(verb, name) }
        let left = try await lab.inventory(of: region)
        #expect(left == [], "\(name)")
        let kept = localFiles().filter { path in
            let facts = try? FileManager.default.attributesOfItem(atPath: path)
            return facts?[.type] as? FileAttributeType != .typeDirectory
        }
        let pins = try pins()
        #expect(pins == [], "\(name)")
        #expect(kept.allSatisfy { $0.hasSuffix("/known_hosts") }, "\(kept)")
    }
}
