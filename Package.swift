// swift-tools-version: 6.2
//
// Order of this file: the strict settings, the products, the dependencies, then the targets layer by
// layer from the C libraries up to the executable, each followed by its tests. Dependencies are sorted,
// one a line. scripts/check-layers holds this file against the table of allowed arrows.

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]

/// A library target of this package under the strict settings.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    path: String? = nil,
    resources: [Resource]? = nil
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: path,
        resources: resources,
        swiftSettings: strict
    )
}

/// The tests of one target, under the same settings.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "SpotTestSupport"] + dependencies,
        swiftSettings: strict
    )
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let logging = product(name: "Logging", package: "swift-log")
    static let systemPackage = product(name: "SystemPackage", package: "swift-system")
    static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "spot",
    products: [
        .executable(name: "spot", targets: ["spot"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries and the doors to them.
        .systemLibrary(
            name: "CLibCrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CLibCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(
            name: "CLibSSH2",
            pkgConfig: "libssh2",
            providers: [.apt(["libssh2-1-dev"])]
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CryptoShims", dependencies: ["CLibCrypto"]),
        .target(name: "CurlShims", dependencies: ["CLibCurl"]),

        // Foundations.
        library("SpotSupport", [.systemPackage]),
        tests(of: "SpotSupport", [.systemPackage]),
        library("SpotTerminal", ["SpotSupport", .systemPackage]),
        tests(of: "SpotTerminal", ["SpotSupport", .systemPackage]),

        // AWS, from the wire up.
        library("HTTPTransport", ["CLibCurl", "CurlShims", "SpotSupport"]),
        tests(of: "HTTPTransport", ["SpotSupport"]),
        library("AWSSigning", ["CLibCrypto"]),
        tests(of: "AWSSigning", [.systemPackage]),
        library(
            "AWSRuntime",
            ["AWSSigning", "HTTPTransport", "SpotSupport", .logging, .systemPackage]
        ),
        tests(
            of: "AWSRuntime",
            ["AWSSigning", "HTTPTransport", "SpotSupport", .logging, .systemPackage]
        ),
        library("AWSServices", ["AWSRuntime", "AWSSigning", "SpotSupport"]),
        tests(
            of: "AWSServices",
            ["AWSRuntime", "AWSSigning", "HTTPTransport", "SpotSupport"]
        ),

        // SSH.
        library("SSHKeys", ["CLibCrypto", "SpotSupport"]),
        tests(of: "SSHKeys", [.systemPackage]),
        library(
            "SSHClient",
            ["CLibCrypto", "CLibSSH2", "CryptoShims", "SSHKeys", "SpotSupport", .systemPackage]
        ),
        tests(of: "SSHClient", ["SSHKeys", "SpotSupport", .systemPackage]),

        // What spot is about.
        library(
            "SpotProfiles",
            ["SpotSupport", .systemPackage, .yams],
            resources: [.embedInCode("Profiles")]
        ),
        tests(of: "SpotProfiles", ["SpotSupport", .systemPackage]),
        library(
            "SpotInstances",
            [
                "AWSRuntime",
                "AWSServices",
                "AWSSigning",
                "CZlib",
                "HTTPTransport",
                "SSHKeys",
                "SpotProfiles",
                "SpotSupport",
                .systemPackage,
            ]
        ),
        tests(
            of: "SpotInstances",
            [
                "AWSRuntime",
                "AWSServices",
                "CZlib",
                "HTTPTransport",
                "SSHKeys",
                "SpotProfiles",
                "SpotSupport",
                .systemPackage,
            ]
        ),
        library(
            "SpotRemote",
            [
                "AWSRuntime",
                "AWSServices",
                "SSHClient",
                "SSHKeys",
                "SpotInstances",
                "SpotSupport",
                .systemPackage,
            ]
        ),
        tests(
            of: "SpotRemote",
            [
                "AWSRuntime",
                "AWSServices",
                "SSHClient",
                "SSHKeys",
                "SpotInstances",
                "SpotSupport",
                .systemPackage,
            ]
        ),

        library(
            "SpotDoctor",
            [
                "AWSRuntime",
                "AWSServices",
                "HTTPTransport",
                "SSHKeys",
                "SpotInstances",
                "SpotProfiles",
                "SpotSupport",
                .systemPackage,
            ]
        ),
        tests(
            of: "SpotDoctor",
            [
                "AWSRuntime",
                "AWSServices",
                "HTTPTransport",
                "SSHKeys",
                "SpotInstances",
                "SpotProfiles",
                "SpotSupport",
                .systemPackage,
            ]
        ),

        // The command line.
        library(
            "SpotCommands",
            [
                "AWSRuntime",
                "AWSServices",
                "AWSSigning",
                "HTTPTransport",
                "SSHClient",
                "SSHKeys",
                "SpotDoctor",
                "SpotInstances",
                "SpotProfiles",
                "SpotRemote",
                "SpotSupport",
                "SpotTerminal",
                .argumentParser,
                .logging,
                .systemPackage,
            ]
        ),
        tests(
            of: "SpotCommands",
            [
                "AWSRuntime",
                "AWSServices",
                "HTTPTransport",
                "SSHKeys",
                "SpotInstances",
                "SpotProfiles",
                "SpotRemote",
                "SpotSupport",
                "SpotTerminal",
                .argumentParser,
                .systemPackage,
            ]
        ),
        .executableTarget(name: "spot", dependencies: ["SpotCommands"], swiftSettings: strict),

        // Tests across targets.
        library(
            "SpotTestSupport",
            [
                "AWSRuntime",
                "AWSServices",
                "HTTPTransport",
                "SpotSupport",
                "SpotTerminal",
                .systemPackage,
            ],
            path: "Tests/SpotTestSupport"
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["SpotTestSupport", .systemPackage],
            swiftSettings: strict
        ),
    ]
)
