package import AWSRuntime

/// The public half of a key, known to EC2 in one region.
package struct KeyPair: Sendable, Hashable {
    package var name: KeyPairName
    package var id: KeyPairID?
    /// In one of three forms, by kind and origin of the key; compare `publicKey` instead.
    package var fingerprint: String?
    /// `rsa` or `ed25519`.
    package var type: String?
    /// One line in OpenSSH's form.
    package var publicKey: String?
    package var tags: [String: String]

    package init(
        name: KeyPairName,
        id: KeyPairID? = nil,
        fingerprint: String? = nil,
        type: String? = nil,
        publicKey: String? = nil,
        tags: [String: String] = [:]
    ) {
        self.name = name
        self.id = id
        self.fingerprint = fingerprint
        self.type = type
        self.publicKey = publicKey
        self.tags = tags
    }

    fileprivate init(_ element: XMLElement) throws(XMLError) {
        self.init(
            name: try element.requireIdentifier("keyName"),
            id: element.identifier("keyPairId"),
            fingerprint: element.nonEmptyText("keyFingerprint"),
            type: element.nonEmptyText("keyType"),
            publicKey: element.nonEmptyText("publicKey"),
            tags: try element.tags()
        )
    }
}

/// Makes a public key known to EC2.
package struct ImportKeyPair: EC2Operation, Hashable {
    package let name: KeyPairName
    /// One line in OpenSSH's form.
    package let publicKey: String
    package let tags: [String: String]

    package init(name: KeyPairName, publicKey: String, tags: [String: String] = [:]) {
        self.name = name
        self.publicKey = publicKey
        self.tags = tags
    }

    /// A name can be given once only: a second key pair is refused, not made.
    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["KeyName"] = name
        fields.setBlob("PublicKeyMaterial", Array(publicKey.utf8))
        if !tags.isEmpty { fields.setTagSpecifications([TagSpecification(.keyPair, tags)]) }
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> KeyPair {
        try KeyPair(answer)
    }
}

/// Lists key pairs with their public keys.
package struct DescribeKeyPairs: EC2Operation, Hashable {
    package var names: [KeyPairName]
    package var filters: [Filter]

    /// An unknown name makes the whole call fail; a filter on `key-name` does not.
    package init(names: [KeyPairName] = [], filters: [Filter] = []) {
        self.names = names
        self.filters = filters
    }

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("KeyName", names)
        fields.setFilters(filters)
        fields["IncludePublicKey"] = true
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> [KeyPair] {
        var pairs: [KeyPair] = []
        for item in answer.items("keySet") { pairs.append(try KeyPair(item)) }
        return pairs
    }
}

/// Forgets a public key; one that is not there is no error.
package struct DeleteKeyPair: EC2Operation, Hashable {
    package let name: KeyPairName

    package init(_ name: KeyPairName) { self.name = name }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) { fields["KeyName"] = name }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}
