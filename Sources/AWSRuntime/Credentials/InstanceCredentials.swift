import AWSSigning
import FoundationEssentials
import SpotSupport

/// The role of the EC2 instance that we run on, from its metadata service, version 2 only.
///
/// Nearly every machine is none, so that nothing here is an error but settings that make no sense.
package struct InstanceCredentials: CredentialProvider {
    private static let folder = "latest/meta-data/iam/security-credentials/"
    /// Less than this left means that the service has trouble renewing them; they go on working.
    private static let renewal: Duration = .seconds(900)

    private let context: CredentialContext

    package init(_ context: CredentialContext) {
        self.context = context
    }

    package var name: String { "the role of this instance" }

    package func resolve() async throws(AWSConfigurationError) -> CredentialAnswer {
        let service = try InstanceMetadata(context)
        do throws(InstanceMetadata.Silence) {
            let token = try await service.token()
            let role = try await service.text(Self.folder, token).trimmed
            let body = try await service.text(Self.folder + role, token) {
                CredentialDocument(reading: Array($0.utf8)) != nil
            }
            guard let document = CredentialDocument(reading: Array(body.utf8)) else {
                throw InstanceMetadata.Silence("gave no credentials of role \(role)")
            }
            return .credentials(try extended(document, role))
        } catch {
            return .notApplicable(reason: error.reason)
        }
    }

    private func extended(
        _ document: CredentialDocument,
        _ role: String
    ) throws(InstanceMetadata.Silence) -> AWSCredentials {
        let credentials: AWSCredentials
        do throws(CredentialDocument.Defect) {
            credentials = try document.credentials(isTemporary: true)
        } catch {
            throw InstanceMetadata.Silence("gave no credentials of role \(role)")
        }
        let soon = context.time.now.addingTimeInterval(Self.renewal.seconds)
        guard let end = credentials.expiration, end < soon else { return credentials }
        return AWSCredentials(
            accessKeyID: credentials.accessKeyID,
            secretAccessKey: credentials.secretAccessKey,
            sessionToken: credentials.sessionToken,
            expiration: soon.addingTimeInterval(.random(in: 120...600)),
            accountID: credentials.accountID
        )
    }
}
