/// Who we are to AWS and where it is asked, without any secret.
package struct AccessReport: Sendable {
    /// One thing that was looked for at one place.
    package struct Entry: Sendable, Hashable {
        package enum Finding: Sendable, Hashable {
            case value(String)
            /// There is none, and why.
            case none(String)
            /// What is there cannot be used, and why.
            case broken(String)
        }

        package let name: String
        package let finding: Finding
        /// For people: "the environment", "profile web in /home/me/.aws/config".
        package let origin: String

        package init(_ name: String, _ finding: Finding, from origin: String) {
            self.name = name
            self.finding = finding
            self.origin = origin
        }
    }

    /// The region in use; nil where nobody names one.
    package let region: Entry?
    /// Everything else, in the order in which it was looked for.
    package let entries: [Entry]

    package init(region: Entry? = nil, _ entries: [Entry]) {
        self.region = region
        self.entries = entries
    }
}
