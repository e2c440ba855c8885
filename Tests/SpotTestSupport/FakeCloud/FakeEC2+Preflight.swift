package import AWSRuntime
package import AWSServices
import SpotSupport

// What is asked before a launch.
extension FakeEC2 {
    package func describeRouteTables(
        _ query: DescribeRouteTables
    ) throws(AWSError) -> [RouteTable] {
        try hear(.other(.describeRouteTables)) { account, _ in account.routeTables }
    }

    package func dryRun(_ operation: some EC2Operation) throws(AWSError) {
        let name = type(of: operation).name
        noteDryRun(name)
        guard !account.deniedOperations.contains(name) else {
            throw AWSError(
                .unauthorizedOperation,
                "You are not authorized to perform this operation.",
                service: "EC2",
                operation: name,
                httpStatus: 403
            )
        }
    }
}
