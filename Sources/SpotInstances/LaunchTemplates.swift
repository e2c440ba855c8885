import AWSRuntime
import AWSServices
import SpotSupport

/// What launches of a name left behind when they were cut off between their fleet and its clearing up.
struct LaunchTemplates: Sendable {
    let ec2: any EC2Client

    /// Deletes all that bear the name.
    ///
    /// Who may not even list them has made none.
    func delete(of name: MachineName) async throws {
        do throws(AWSError) {
            let templates = try await ec2.describeLaunchTemplates(
                DescribeLaunchTemplates(filters: [
                    .tag(MachineTags.Key.name, name.text), .tagged(MachineTags.Key.managed),
                ])
            )
            for template in templates { try await ec2.deleteLaunchTemplate(template.name) }
        } catch {
            guard [.unauthorizedOperation, .launchTemplateNotFound].contains(error.code) else {
                throw error
            }
        }
    }
}
