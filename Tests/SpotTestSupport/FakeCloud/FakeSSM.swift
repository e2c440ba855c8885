package import AWSRuntime
package import AWSServices
import Synchronization

/// Systems Manager with these parameters and no others.
package final class FakeSSM: SSMClient {
    private let parameters: [String: String]
    private let asked = Mutex<[String]>([])

    package init(_ parameters: [String: String] = FakeCatalogue.parameters) {
        self.parameters = parameters
    }

    /// The names that were asked for, in order.
    package var calls: [String] { asked.withLock { $0 } }

    package func getParameter(_ name: String) throws(AWSError) -> SSMParameter {
        asked.withLock { $0.append(name) }
        guard let value = parameters[name] else {
            throw AWSError(
                .parameterNotFound,
                "\(name) not found",
                service: "SSM",
                operation: "GetParameter",
                httpStatus: 400
            )
        }
        return SSMParameter(name: name, value: value)
    }

    package func getParameters(_ names: [String]) throws(AWSError) -> GetParameters.Answer {
        asked.withLock { $0 += names }
        return GetParameters.Answer(
            parameters: names.compactMap { name in
                parameters[name].map { SSMParameter(name: name, value: $0) }
            },
            invalid: names.filter { parameters[$0] == nil }
        )
    }
}
