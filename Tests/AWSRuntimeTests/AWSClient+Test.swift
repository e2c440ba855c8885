import AWSRuntime
import AWSSigning
import HTTPTransport
import Logging
import SpotSupport

extension AWSClient {
    /// A client of eu-central-1 with fixed credentials and pauses without jitter.
    static func test(
        _ transport: any HTTPTransport,
        chain: CredentialChain? = nil,
        quota: RetryQuota = RetryQuota(),
        endpoints: EndpointResolver = EndpointResolver(),
        time: any TimeSource = InstantTime(),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) -> AWSClient {
        guard let region = Region("eu-central-1") else {
            preconditionFailure("eu-central-1 is a region")
        }
        return AWSClient(
            region: region,
            endpoints: endpoints,
            credentials: CredentialCache(
                chain ?? CredentialChain([FixedCredentials()]),
                time: time
            ),
            transport: transport,
            retryPolicy: RetryPolicy { 1 },
            quota: quota,
            time: time,
            logger: logger
        )
    }
}

/// Credentials that never change.
private struct FixedCredentials: CredentialProvider {
    var name: String { "the test" }

    func resolve() -> CredentialAnswer {
        .credentials(
            AWSCredentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                sessionToken: "the-token"
            )
        )
    }
}
