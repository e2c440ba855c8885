package import AWSRuntime
package import FoundationEssentials

/// A request for spot capacity, which outlives the machine that fulfils it.
package struct SpotInstanceRequest: Sendable, Hashable {
    /// What has become of the request.
    package enum State: String, Sendable, Hashable {
        case open
        case active
        case closed
        case cancelled
        case failed
        /// The machine was stopped by its owner.
        case disabled
    }

    package var id: SpotInstanceRequestID
    package var state: State
    package var requestType: SpotOptions.RequestType
    /// As AWS words it: `fulfilled`, `instance-terminated-no-capacity`.
    package var statusCode: String?
    package var statusMessage: String?
    package var statusTime: Date?
    package var instance: InstanceID?
    package var interruptionBehavior: SpotOptions.InterruptionBehavior?
    package var zone: AvailabilityZone?
    package var tags: [String: String] = [:]

    package init(
        id: SpotInstanceRequestID,
        state: State,
        requestType: SpotOptions.RequestType
    ) {
        self.id = id
        self.state = state
        self.requestType = requestType
    }

    fileprivate init(_ element: XMLElement) throws(XMLError) {
        guard let state = element.choice("state", as: State.self) else {
            throw XMLError.malformed("\(element.name)/state", expected: "a request's state")
        }
        self.init(
            id: try element.requireIdentifier("spotInstanceRequestId"),
            state: state,
            requestType: element.choice("type") ?? .oneTime
        )
        statusCode = element["status"]?.nonEmptyText("code")
        statusMessage = element["status"]?.nonEmptyText("message")
        statusTime = try element["status"]?.date("updateTime")
        instance = element.identifier("instanceId")
        interruptionBehavior = element.choice("instanceInterruptionBehavior")
        zone = element.identifier("launchedAvailabilityZone")
        tags = try element.tags()
    }
}

/// Lists spot requests.
package struct DescribeSpotInstanceRequests: EC2ListOperation, Hashable {
    package var ids: [SpotInstanceRequestID]
    package var filters: [Filter]
    package var nextToken: String?

    package init(ids: [SpotInstanceRequestID] = [], filters: [Filter] = []) {
        self.ids = ids
        self.filters = filters
    }

    package static let list = "spotInstanceRequestSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("SpotInstanceRequestId", ids)
        fields.setFilters(filters)
        if ids.isEmpty { fields["MaxResults"] = 1000 }
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> SpotInstanceRequest {
        try SpotInstanceRequest(element)
    }
}

/// Cancels spot requests; the machines they have started go on running.
package struct CancelSpotInstanceRequests: EC2Operation, Hashable {
    package let ids: [SpotInstanceRequestID]

    package init(_ ids: [SpotInstanceRequestID]) { self.ids = ids }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("SpotInstanceRequestId", ids)
    }

    /// The requests that are cancelled now.
    package static func result(in answer: XMLElement) throws(XMLError) -> [SpotInstanceRequestID] {
        var ids: [SpotInstanceRequestID] = []
        for item in answer.items("spotInstanceRequestSet") {
            ids.append(try item.requireIdentifier("spotInstanceRequestId"))
        }
        return ids
    }
}

/// What spot capacity cost in one zone from one moment on.
package struct SpotPrice: Sendable, Hashable {
    package let type: InstanceType
    package let zone: AvailabilityZone
    /// Dollars an hour.
    package let price: Decimal
    package let productDescription: String
    package let since: Date

    package init(
        type: InstanceType,
        zone: AvailabilityZone,
        price: Decimal,
        productDescription: String,
        since: Date
    ) {
        self.type = type
        self.zone = zone
        self.price = price
        self.productDescription = productDescription
        self.since = since
    }
}

/// Lists changes of spot prices, newest first.
package struct DescribeSpotPriceHistory: EC2ListOperation, Hashable {
    package var types: [InstanceType]
    /// `Linux/UNIX`, …; the platform details of an image.
    package var productDescriptions: [String]
    /// The moment to begin at; with "now" the answer is the present price of each zone.
    package var start: Date?
    package var end: Date?
    package var zone: AvailabilityZone?
    package var nextToken: String?

    package init(
        types: [InstanceType],
        productDescriptions: [String] = ["Linux/UNIX"],
        start: Date? = nil,
        end: Date? = nil,
        zone: AvailabilityZone? = nil
    ) {
        self.types = types
        self.productDescriptions = productDescriptions
        self.start = start
        self.end = end
        self.zone = zone
    }

    package static let list = "spotPriceHistorySet"

    package func encode(to fields: inout QueryEncoder) {
        // Named outright, one type that AWS does not know could fail the whole call.
        if !types.isEmpty { fields.setFilters([Filter("instance-type", types.map(\.rawValue))]) }
        fields.setList("ProductDescription", productDescriptions)
        fields["StartTime"] = start
        fields["EndTime"] = end
        fields["AvailabilityZone"] = zone
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> SpotPrice {
        guard let price = Decimal(string: try element.require("spotPrice")) else {
            throw XMLError.malformed("\(element.name)/spotPrice", expected: "a price")
        }
        return SpotPrice(
            type: try element.requireIdentifier("instanceType"),
            zone: try element.requireIdentifier("availabilityZone"),
            price: price,
            productDescription: element.text("productDescription") ?? "",
            since: try element.requireDate("timestamp")
        )
    }
}
