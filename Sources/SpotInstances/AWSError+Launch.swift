import AWSRuntime
import SpotSupport

extension AWSError {
    /// The same in words of its own where AWS's do not tell what to do; nil where they will do.
    func explained(launching name: MachineName) -> GeneralFailure? {
        guard let (cause, hint) = explanation else { return nil }
        return GeneralFailure(
            kind,
            "cannot launch \(name): \(cause)",
            hint: hint,
            cause: self
        )
    }

    private var explanation: (cause: String, hint: String)? {
        switch code {
        case "AuthFailure.ServiceLinkedRoleCreationNotPermitted":
            (
                "the account has no role AWSServiceRoleForEC2Spot yet, and these credentials may not "
                    + "create it (\(code))",
                "an administrator runs once: "
                    + "'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com'"
            )
        case "PendingVerification":
            (
                "AWS is still verifying the account for this region (\(code))",
                "this takes minutes, four hours at most: 'spot launch' with --region starts elsewhere"
            )
        case "Blocked":
            (
                "AWS has blocked the account from launching: \(detail) (\(code))",
                "only AWS Support lifts this: https://console.aws.amazon.com/support"
            )
        case "OptInRequired":
            (
                "the image or the region has to be subscribed to first: \(detail) (\(code))",
                "accept the terms on the page that AWS names, or choose another image with --image"
            )
        case "VPCIdNotSpecified", "MissingInput":
            (
                "the region has no default network: \(detail) (\(code))",
                "name a subnet with --subnet, or run 'aws ec2 create-default-vpc'"
            )
        case "InvalidKMSKey.InvalidState", "Client.InvalidKMSKey.InvalidState",
            "KMSKeyNotAccessibleFault":
            (
                "the key that encrypts its disk cannot be used: \(detail) (\(code))",
                "the key must be enabled, and open to the role AWSServiceRoleForEC2Spot"
            )
        case .invalidParameterValue where isUnknownInstanceProfile:
            (
                "\(detail) (\(code))",
                "'aws iam list-instance-profiles' lists those of the account; one that was made a "
                    + "moment ago may take a minute to be known"
            )
        default: nil
        }
    }
}
