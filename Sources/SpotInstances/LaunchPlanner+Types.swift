package import AWSServices
package import SpotProfiles
import SpotSupport

// Instance types and the image that runs on them.
extension LaunchPlanner {
    /// The types that the region has, as far as they were asked for, and the image for them.
    ///
    /// A type without a spot price drops out later, so for spot capacity the names say enough.
    func machine(_ profile: LaunchProfile, isPreview: Bool) async throws
        -> ([InstanceType], ResolvedImage)
    {
        let wanted = Self.types(profile)
        let isNameEnough = profile.market.value == .spot && !isPreview
        let types = isNameEnough ? wanted : try await known(wanted, of: profile)
        let architecture = try Self.architecture(of: types, profile)
        let image = try await ImageResolver(ec2: ec2, ssm: ssm, region: region)
            .resolve(profile.image.value, architecture: architecture)
        return (types, image)
    }

    /// Those of the types that the region has.
    ///
    /// Asked with a filter: named outright, one type that the region lacks would fail the whole call.
    /// - Throws: `GeneralFailure` of kind `usage` where it has none.
    func known(_ wanted: [InstanceType], of profile: LaunchProfile) async throws -> [InstanceType] {
        let facts = try await ec2.describeInstanceTypes(
            DescribeInstanceTypes(filters: [Filter("instance-type", wanted.map(\.rawValue))])
        )
        let known = Set(facts.map(\.type))
        let types = wanted.filter(known.contains)
        guard !types.isEmpty else {
            throw GeneralFailure(
                .usage,
                "cannot use profile \(profile.name): \(region) has no "
                    + wanted.map(\.rawValue).joined(separator: " and no "),
                hint: "give other types with --instance-type, or another --region"
            )
        }
        return types
    }

    private static func architecture(of types: [InstanceType], _ profile: LaunchProfile)
        throws(GeneralFailure) -> Architecture
    {
        let architectures = Set(types.map(\.architecture))
        guard let architecture = architectures.first, architectures.count == 1 else {
            throw GeneralFailure(
                .usage,
                "cannot use profile \(profile.name): its instance types run different "
                    + "architectures (\(architectures.map(\.rawValue).sorted().joined(separator: ", ")))",
                hint: "one image fits one architecture: split the profile in two"
            )
        }
        return architecture
    }
}

extension InstanceType {
    /// What the type runs, by its name: after the generation a `g` stands for Graviton, and of the first
    /// generation `a1` is one (EC2 user guide, "Instance type naming conventions").
    package var architecture: Architecture {
        let family = rawValue.prefix { $0 != "." }
        if family == "a1" { return .arm }
        guard let generation = family.firstIndex(where: \.isNumber) else { return .x86 }
        let options = family[generation...].drop(while: \.isNumber).prefix(while: \.isLetter)
        return options.contains("g") ? .arm : .x86
    }
}
