package import AWSSigning

/// One place from which credentials can come.
package protocol CredentialProvider: Sendable {
    /// For people, as it reads after "from": "the environment".
    var name: String { get }
    /// Looks for credentials.
    /// - Throws: where the provider applies but is broken; later ones are not asked then.
    func resolve() async throws(AWSConfigurationError) -> CredentialAnswer
    /// Drops what it keeps of credentials that AWS no longer accepts.
    func forget(_ refused: AWSCredentials)
}

extension CredentialProvider {
    package func forget(_ refused: AWSCredentials) {}
}

/// What a provider has to say.
package enum CredentialAnswer: Sendable {
    case credentials(AWSCredentials)
    /// The provider is not in use here, and why.
    case notApplicable(reason: String)
}
