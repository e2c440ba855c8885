package import AWSRuntime
package import AWSServices
import SpotSupport

// What can be had, and the rest of what machines need.
extension FakeEC2 {
    package func describeInstanceTypes(
        _ query: DescribeInstanceTypes
    ) throws(AWSError) -> [InstanceTypeDescription] {
        try hear(.other(.describeInstanceTypes)) { account, _ throws(AWSError) in
            for type in query.types where !account.types.contains(where: { $0.type == type }) {
                throw .refusal(
                    "InvalidInstanceType",
                    of: .describeInstanceTypes,
                    "The following supplied instance types do not exist: [\(type)]"
                )
            }
            return account.types.filter { type in
                (query.types.isEmpty || query.types.contains(type.type))
                    && query.filters.allSatisfy {
                        $0.passes(tags: [:], attributes: ["instance-type": type.type.rawValue])
                    }
            }
        }
    }

    package func describeInstanceTypeOfferings(
        _ query: DescribeInstanceTypeOfferings
    ) throws(AWSError) -> [InstanceTypeOffering] {
        try hear(.other(.describeInstanceTypeOfferings)) { account, _ throws(AWSError) in
            account.types.filter { type in
                query.filters.allSatisfy {
                    $0.passes(tags: [:], attributes: ["instance-type": type.type.rawValue])
                }
            }
            .map { InstanceTypeOffering(type: $0.type, location: region.name) }
        }
    }

    package func describeImages(_ query: DescribeImages) throws(AWSError) -> [Image] {
        try hear(.other(.describeImages)) { account, _ throws(AWSError) in
            for id in query.ids where !account.images.contains(where: { $0.id == id }) {
                throw .refusal("InvalidAMIID.NotFound", of: .describeImages)
            }
            return account.images.filter { query.ids.contains($0.id) }
        }
    }

    package func describeSpotPriceHistory(
        _ query: DescribeSpotPriceHistory
    ) throws(AWSError) -> [SpotPrice] {
        try hear(.other(.describeSpotPriceHistory)) { account, _ throws(AWSError) in
            account.prices.filter {
                query.types.contains($0.type)
                    && query.productDescriptions.contains($0.productDescription)
            }
        }
    }

    package func describeSpotInstanceRequests(
        _ query: DescribeSpotInstanceRequests
    ) throws(AWSError) -> [SpotInstanceRequest] {
        try hear(.other(.describeSpotInstanceRequests)) { account, _ throws(AWSError) in
            for id in query.ids where !account.requests.contains(where: { $0.id == id }) {
                throw .refusal(.spotRequestNotFound, of: .describeSpotInstanceRequests)
            }
            return account.requests.filter { request in
                (query.ids.isEmpty || query.ids.contains(request.id))
                    && query.filters.allSatisfy {
                        $0.passes(tags: request.tags, attributes: ["state": request.state.rawValue])
                    }
            }
        }
    }

    package func importKeyPair(_ request: ImportKeyPair) throws(AWSError) -> KeyPair {
        try hear(.importKeyPair(request)) { account, _ throws(AWSError) in
            guard !account.keyPairs.contains(where: { $0.name == request.name }) else {
                throw .refusal(.duplicateKeyPair, of: .importKeyPair)
            }
            let pair = KeyPair(
                name: request.name,
                id: KeyPairID(account.nextID("key")),
                type: "ed25519",
                publicKey: request.publicKey,
                tags: request.tags
            )
            account.keyPairs.append(pair)
            return pair
        }
    }

    package func describeKeyPairs(_ query: DescribeKeyPairs) throws(AWSError) -> [KeyPair] {
        try hear(.other(.describeKeyPairs)) { account, _ throws(AWSError) in
            for name in query.names where !account.keyPairs.contains(where: { $0.name == name }) {
                throw .refusal(.keyPairNotFound, of: .describeKeyPairs)
            }
            return account.keyPairs.filter { pair in
                (query.names.isEmpty || query.names.contains(pair.name))
                    && query.filters.allSatisfy {
                        $0.passes(tags: pair.tags, attributes: ["key-name": pair.name.rawValue])
                    }
            }
        }
    }

    package func deleteKeyPair(_ name: KeyPairName) throws(AWSError) {
        try hear(.deleteKeyPair(name)) { account, _ throws(AWSError) in
            account.keyPairs.removeAll { $0.name == name }
        }
    }

    package func createTags(_ request: CreateTags) throws(AWSError) {
        try hear(.createTags(request)) { account, _ throws(AWSError) in
            for id in request.resources { try account.tag(id, request.tags) }
        }
    }

    package func describeVolumes(_ query: DescribeVolumes) throws(AWSError) -> [Volume] {
        throw unprepared(.other(.describeVolumes))
    }

    package func modifyInstanceAttribute(_ request: ModifyInstanceAttribute) throws(AWSError) {
        throw unprepared(.other(.modifyInstanceAttribute))
    }
}

extension FakeAccount {
    fileprivate mutating func tag(_ id: String, _ tags: [String: String]) throws(AWSError) {
        if let index = instances.firstIndex(where: { $0.instance.id.rawValue == id }) {
            instances[index].instance.tags.merge(tags) { _, new in new }
        } else if let index = groups.firstIndex(where: { $0.id.rawValue == id }) {
            groups[index].tags.merge(tags) { _, new in new }
        } else {
            throw .refusal("InvalidID", of: .createTags, "The ID '\(id)' is not valid")
        }
    }
}
