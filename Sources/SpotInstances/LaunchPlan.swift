package import AWSServices
package import FoundationEssentials
package import SpotProfiles

/// Everything a launch will do, decided before anything is created.
package struct LaunchPlan: Sendable {
    package let name: MachineName
    package let profile: LaunchProfile
    package let image: ResolvedImage
    package let vpc: VpcID
    /// In the order in which they are tried.
    package var candidates: [Candidate]
    package let keyPair: KeyPairProvisioner.Finding
    package let owner: String
    package var generation: Int
    package let expires: Date?

    /// Who logs in.
    package var user: String { profile.username.value ?? image.user }

    /// One place where the machine could start.
    package struct Candidate: Hashable, Sendable {
        package let instanceType: InstanceType
        package let zone: AvailabilityZone
        package let subnet: SubnetID
        package let market: Market
        /// USD an hour; nil on demand.
        package let price: Decimal?

        /// Whether the type is of a T family, which earns and spends CPU credits.
        package var isBurstable: Bool {
            // The digit keeps out families such as trn1.
            let family = instanceType.rawValue
            return family.first == "t" && family.dropFirst().first?.isNumber == true
        }
    }

    /// How the machine is paid for.
    package enum Market: String, Hashable, Sendable {
        case spot
        case onDemand = "on-demand"
    }
}

/// An image with what a launch must know of it.
package struct ResolvedImage: Hashable, Sendable {
    package let id: ImageID
    package let name: String
    package let architecture: String
    package let rootDeviceName: String
    /// All EBS devices that the image maps, root included, with their sizes in GiB.
    package let devices: [Device]
    /// Who logs in.
    package let user: String

    /// One EBS volume that the image brings.
    package struct Device: Hashable, Sendable {
        package let name: String
        package let sizeGiB: Int
    }

    package init(
        id: ImageID,
        name: String,
        architecture: String,
        rootDeviceName: String,
        devices: [Device],
        user: String
    ) {
        self.id = id
        self.name = name
        self.architecture = architecture
        self.rootDeviceName = rootDeviceName
        self.devices = devices
        self.user = user
    }
}
