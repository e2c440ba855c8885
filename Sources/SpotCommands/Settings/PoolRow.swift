import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotInstances
import SpotTerminal

/// A pool as `price` prints it.
struct PoolRow: TableRow {
    let type: String
    let zone: String
    let region: String
    /// USD an hour, to the letter.
    let price: String
    let onDemandPrice: String?
    /// Per cent of the on-demand price.
    let saving: Int?

    init(_ offer: PoolOffer) {
        type = offer.pool.instanceType.rawValue
        zone = offer.pool.zone.rawValue
        region = offer.region.name
        price = "\(offer.pool.price)"
        onDemandPrice = offer.onDemandPrice.map { "\($0)" }
        saving = offer.saving
    }

    static let columns: [Table.Column] = [
        .init("TYPE"), .init("ZONE"), .init("$/H", .right), .init("ON DEMAND", .right),
        .init("SAVING", .right),
    ]

    var names: [String] { ["\(type) \(zone)"] }

    func cells(at now: Date) -> [Table.Cell] {
        [.init(type), .init(zone), .init(price), .listPrice(onDemandPrice), .saving(saving)]
    }
}

extension Table.Cell {
    static func listPrice(_ price: String?) -> Table.Cell {
        price.map { .init($0) } ?? .init("unknown", full: "", style: .dim)
    }

    static func saving(_ percent: Int?) -> Table.Cell {
        percent.map { .init("\($0) %", full: "\($0)", style: .green) } ?? .none
    }
}
