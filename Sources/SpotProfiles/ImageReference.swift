/// A processor architecture, in EC2's spelling.
package enum Architecture: String, Hashable, Sendable, CaseIterable {
    case x86 = "x86_64"
    case arm = "arm64"
}

/// Which machine image to start from.
///
/// No AMI id is ever built in: AWS keeps the current one of every
/// region under a public SSM parameter.
package enum ImageReference: Hashable, Sendable, CustomStringConvertible {
    case distribution(Distribution)
    /// `ami-…`: this very image, in this region only.
    case id(String)
    /// `ssm:/…`: the image whose id an SSM parameter holds.
    case parameter(String)

    /// The distributions we know by name.
    package enum Distribution: String, Hashable, Sendable, CaseIterable {
        case al2023
        case ubuntu2204 = "ubuntu-22.04"
        case ubuntu2404 = "ubuntu-24.04"
        case debian12 = "debian-12"

        /// The public parameter that holds the current image's id.
        ///
        /// Amazon Linux: "calling the latest AL2023 AMI by SSM"; Canonical: "find an Ubuntu image";
        /// Debian: wiki.debian.org/Cloud/AmazonEC2Image.
        package func parameterPath(for architecture: Architecture) -> String {
            let debianName = architecture == .x86 ? "amd64" : "arm64"
            let ubuntu = "/aws/service/canonical/ubuntu/server"
            return switch self {
            case .al2023:
                "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"
                    + architecture.rawValue
            case .ubuntu2204: "\(ubuntu)/22.04/stable/current/\(debianName)/hvm/ebs-gp2/ami-id"
            case .ubuntu2404: "\(ubuntu)/24.04/stable/current/\(debianName)/hvm/ebs-gp3/ami-id"
            case .debian12: "/aws/service/debian/release/12/latest/\(debianName)"
            }
        }

        /// The user whose `authorized_keys` cloud-init fills.
        package var loginUser: String {
            switch self {
            case .al2023: "ec2-user"
            case .ubuntu2204, .ubuntu2404: "ubuntu"
            case .debian12: "admin"
            }
        }
    }

    /// Nil for a text that is no reference: see `forms`.
    package init?(_ text: String) {
        if let distribution = Distribution(rawValue: text) {
            self = .distribution(distribution)
        } else if text.hasPrefix("ami-"), text.utf8.dropFirst(4).allSatisfy(\.isHexDigit),
            text.utf8.count > 4
        {
            self = .id(text)
        } else if text.hasPrefix("ssm:/"), text.utf8.dropFirst(4).allSatisfy(\.isParameterByte) {
            self = .parameter(String(text.dropFirst(4)))
        } else {
            return nil
        }
    }

    /// What may be written, for messages and documents.
    package static var forms: String {
        Distribution.allCases.map(\.rawValue).joined(separator: ", ") + ", ami-… or ssm:/path"
    }

    /// The SSM parameter to ask for the image's id; nil where the id is given.
    package func parameterPath(for architecture: Architecture) -> String? {
        switch self {
        case .distribution(let distribution): distribution.parameterPath(for: architecture)
        case .id: nil
        case .parameter(let path): path
        }
    }

    /// The user to log in as; nil where only the profile can know.
    package var loginUser: String? {
        guard case .distribution(let distribution) = self else { return nil }
        return distribution.loginUser
    }

    package var description: String {
        switch self {
        case .distribution(let distribution): distribution.rawValue
        case .id(let id): id
        case .parameter(let path): "ssm:\(path)"
        }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }

    /// Letters, digits and `_.-/`, the alphabet of SSM parameter names.
    fileprivate var isParameterByte: Bool {
        let scalar = Unicode.Scalar(self)
        return scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber)
            || "_.-/".utf8.contains(self)
    }
}
