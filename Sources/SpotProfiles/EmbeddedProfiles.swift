/// The profiles that come with spot, from the top-level folder `profiles` (SwiftPM's `embedInCode`).
enum EmbeddedProfiles {
    /// The profile under every other one.
    static let root = "_default"

    static let all: [String: [UInt8]] = [
        root: PackageResources._default_yaml,
        "arm": PackageResources.arm_yaml,
        "compute": PackageResources.compute_yaml,
        "debian": PackageResources.debian_yaml,
        "gpu": PackageResources.gpu_yaml,
        "memory": PackageResources.memory_yaml,
        "ubuntu": PackageResources.ubuntu_yaml,
    ]
}
