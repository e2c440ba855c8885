package import AWSRuntime

/// Where the packets of subnets go.
package struct RouteTable: Sendable, Hashable {
    package let id: String
    /// Whether it applies to every subnet of the network that has no table of its own.
    package let isMain: Bool
    package let subnets: [SubnetID]
    package let routes: [Route]

    /// One destination and what leads there.
    package struct Route: Sendable, Hashable {
        /// `0.0.0.0/0`, `::/0`; nil for a prefix list.
        package let destination: String?
        /// `igw-…`, `local`; nil for a target that is no gateway.
        package let gateway: String?
        /// False for a target that is gone ("blackhole").
        package let isActive: Bool

        package init(destination: String?, gateway: String?, isActive: Bool = true) {
            self.destination = destination
            self.gateway = gateway
            self.isActive = isActive
        }

        /// Whether the internet is reached over it, and reaches back.
        package var leadsToInternet: Bool {
            isActive && ["0.0.0.0/0", "::/0"].contains(destination)
                && gateway?.hasPrefix("igw-") == true
        }
    }

    package init(id: String, isMain: Bool, subnets: [SubnetID] = [], routes: [Route]) {
        self.id = id
        self.isMain = isMain
        self.subnets = subnets
        self.routes = routes
    }
}

/// Lists route tables.
package struct DescribeRouteTables: EC2ListOperation, Hashable {
    package var filters: [Filter]
    package var nextToken: String?

    package init(filters: [Filter] = []) { self.filters = filters }

    package static let list = "routeTableSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setFilters(filters)
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> RouteTable {
        let associations = element.items("associationSet")
        var routes: [RouteTable.Route] = []
        for route in element.items("routeSet") {
            routes.append(
                RouteTable.Route(
                    destination: route.nonEmptyText("destinationCidrBlock")
                        ?? route.nonEmptyText("destinationIpv6CidrBlock"),
                    gateway: route.nonEmptyText("gatewayId"),
                    isActive: route.text("state") != "blackhole"
                )
            )
        }
        return RouteTable(
            id: try element.require("routeTableId"),
            isMain: associations.contains { $0.text("main") == "true" },
            subnets: associations.compactMap { $0.identifier("subnetId") },
            routes: routes
        )
    }
}
