/// The version that `spot --version` prints and that AWS sees in the user agent.
package enum SpotVersion {
    package static let text = "0.1.0"
}
