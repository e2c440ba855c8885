import SpotTerminal

// How a preview reads for people.
extension LaunchPreview {
    /// What comes before the pools.
    func opening(in width: Int?) -> Table {
        .facts(
            [
                ("would", .init("launch \(name) in \(region) with profile \(profile)")),
                ("where", .init(choice.explanation)),
            ],
            in: width
        )
    }

    /// The pools, the likeliest one marked.
    var poolTable: Table {
        var table = Table([
            .init("TYPE", mayShrink: false), .init("ZONE", mayShrink: false), .init("MARKET"),
            .init("$/H", .right, mayShrink: false), .init("ON DEMAND", .right),
            .init("SAVING", .right), .init("SUBNET", dropOrder: 1), .init("LIKELIEST"),
        ])
        for pool in pools {
            table.append([
                .init(pool.type), .init(pool.zone), .init(pool.market),
                pool.price.map { .init($0) } ?? .none, .listPrice(pool.onDemandPrice),
                .saving(pool.saving), .init(pool.subnet),
                pool.isLikeliest ? .init("yes", style: .green) : "",
            ])
        }
        return table
    }

    /// What comes after the pools.
    func closing(in width: Int?) -> Table {
        let list = { (texts: [String]) in
            Table.Cell(texts.isEmpty ? "nothing" : texts.joined(separator: ", "))
        }
        let tags = tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var facts: [(name: String, cell: Table.Cell)] = [
            ("image", .init("\(image.id), \(image.name), \(image.architecture)")),
            ("user", .init(image.user)),
            ("network", .init(networkText)),
            ("firewall", .init(firewallText)),
            ("key", .init(keyText)),
            ("disk", .init("\(disk.gib) GiB \(disk.type), encrypted")),
            ("tags", .init(tags.joined(separator: " "))),
        ]
        if let ttl { facts.append(("ends after", .duration(.seconds(ttl)))) }
        facts += [
            ("creates", list(creates)), ("reuses", list(reuses)), ("costs", .init(costText)),
        ]
        return .facts(facts, in: width)
    }

    private var networkText: String {
        let places = subnets(network.subnets.count)
        return "\(network.vpc), \(places), with a public address"
    }

    private func subnets(_ count: Int) -> String {
        count == 1 ? network.subnets[0] : "one of \(count) subnets"
    }

    private var firewallText: String {
        switch network.securityGroupState {
        case "yours": "your group \(network.securityGroup), as it is"
        case "reused":
            "group \(network.securityGroup), is there; open: \(network.openings.joined(separator: " "))"
        default:
            "new group \(network.securityGroup); open: \(network.openings.joined(separator: " "))"
        }
    }

    private var keyText: String {
        switch key.state {
        case "imported": "\(key.path), imported already as \(key.keyPair)"
        case "yours": "yours, \(key.path), to be imported as \(key.keyPair)"
        case "local": "\(key.path), is there; to be imported as \(key.keyPair)"
        default: "new, to be kept in \(key.path) and imported as \(key.keyPair)"
        }
    }

    private var costText: String {
        guard let total = estimate.total else { return "unknown: there is no list price" }
        let parts = [
            estimate.machine.map { "machine \($0)" },
            "disk \(estimate.disk ?? "unknown")", "address \(estimate.address)",
        ]
        return "about \(total) $/h: \(parts.compactMap(\.self).joined(separator: ", ")); "
            + "traffic not counted"
    }
}

extension Table {
    /// Two columns without a heading: what it is, and how it is.
    /// - Parameter width: Of the terminal; longer texts go on below themselves. Nil elsewhere.
    static func facts(_ facts: [(name: String, cell: Cell)], in width: Int?) -> Table {
        var table = Table([.init("", mayShrink: false), .init("", mayShrink: false)])
        let names = facts.map(\.name.count).max() ?? 0
        for (name, cell) in facts {
            let lines = width.map { cell.text.wrapped(toWidth: $0 - names - 2) } ?? []
            guard lines.count > 1 else {
                table.append([.init(name, style: .dim), cell])
                continue
            }
            for (index, line) in lines.enumerated() {
                table.append([
                    .init(index == 0 ? name : "", style: .dim), .init(line, style: cell.style),
                ])
            }
        }
        return table
    }
}
