import AWSRuntime
import AWSServices
import ArgumentParser
import FoundationEssentials
import SpotInstances
import SpotSupport
import SpotTerminal

extension Spot {
    /// The spot market of this moment.
    struct Price: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Show the spot prices of instance types.",
            discussion: "Example: spot price t3.small t3a.small"
        )

        @Argument(help: .init("Instance types.", valueName: "type"))
        var types: [String]

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let cloud = try await context.cloud()
            let pools = try await cloud.market.pools(of: types.map { InstanceType($0) })
            guard !pools.isEmpty else {
                throw GeneralFailure(
                    .notFound,
                    "cannot find a spot price for \(types.joined(separator: ", ")) in \(cloud.region)",
                    hint: "another --region may offer it"
                )
            }
            try context.render(pools.map { PoolRow(pool: $0, region: cloud.region.name) })
            return ExitStatus.success
        }
    }
}

/// A pool as `price` prints it.
private struct PoolRow: TableRow {
    let type: String
    let zone: String
    let region: String
    /// USD an hour, to the letter.
    let price: String

    init(pool: SpotPool, region: String) {
        type = pool.instanceType.rawValue
        zone = pool.zone.rawValue
        self.region = region
        price = "\(pool.price)"
    }

    static let columns: [Table.Column] = [.init("TYPE"), .init("ZONE"), .init("$/H", .right)]
    var names: [String] { ["\(type) \(zone)"] }

    func cells(at now: Date) -> [Table.Cell] { [.init(type), .init(zone), .init(price)] }
}
