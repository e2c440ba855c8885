package import AWSRuntime
package import AWSServices
import FoundationEssentials
package import SpotSupport
import Synchronization
import Testing

/// EC2 of one region, kept in memory: what is made stays, and changes state from look to look.
///
/// Fails closed: a call, a filter or a parameter that it does not model is a failure of the test.
package final class FakeEC2: EC2Client {
    package let region: Region
    private let time: any TimeSource
    private let state: Mutex<State>

    private struct State {
        var account: FakeAccount
        var calls: [FakeCall] = []
        var faults: [Fault] = []
        var interludes: [Interlude] = []
        var dryRuns: [String] = []
    }

    private struct Fault {
        let operation: FakeCall.Operation
        let code: AWSError.Code
        let detail: String
        var remaining: Int
        /// Whether the call does its work although it reports the failure.
        let takesEffect: Bool
    }

    private struct Interlude {
        let operation: FakeCall.Operation
        let body: @Sendable (inout FakeAccount) -> Void
    }

    package init(
        region: Region = .usEast1,
        time: any TimeSource,
        account: FakeAccount = FakeAccount()
    ) {
        self.region = region
        self.time = time
        state = Mutex(State(account: account))
    }

    /// What is there now.
    package var account: FakeAccount { state.withLock { $0.account } }

    /// Everything that was asked so far, in order.
    package var calls: [FakeCall] { state.withLock { $0.calls } }

    /// The names of the operations that were only asked for, in order.
    package var dryRuns: [String] { state.withLock { $0.dryRuns } }

    func noteDryRun(_ name: String) { state.withLock { $0.dryRuns.append(name) } }

    /// The names of the calls that change something, in order.
    package var effects: [FakeCall.Operation] {
        calls.map(\.operation).filter { !$0.rawValue.hasPrefix("Describe") }
    }

    /// How often an operation was asked.
    package func count(_ operation: FakeCall.Operation) -> Int {
        calls.count { $0.operation == operation }
    }

    /// Every `RunInstances` so far, refused ones included.
    package var launches: [RunInstances] {
        calls.compactMap { call in
            guard case .runInstances(let request) = call else { return nil }
            return request
        }
    }

    /// Every `CreateFleet` so far, refused ones included.
    package var fleets: [CreateFleet] {
        calls.compactMap { call in
            guard case .createFleet(let request) = call else { return nil }
            return request
        }
    }

    /// Changes what is there, outside of any call.
    package func change(_ body: (inout FakeAccount) -> Void) {
        state.withLock { body(&$0.account) }
    }

    /// The next calls of `operation` are refused with `code`.
    package func refuse(
        _ operation: FakeCall.Operation,
        with code: AWSError.Code,
        saying detail: String = "as the test says",
        times: Int = 1,
        takingEffect: Bool = false
    ) {
        let fault = Fault(
            operation: operation,
            code: code,
            detail: detail,
            remaining: times,
            takesEffect: takingEffect
        )
        state.withLock { $0.faults.append(fault) }
    }

    /// Somebody else changes the account just before the next call of `operation` is heard.
    package func justBefore(
        _ operation: FakeCall.Operation,
        _ body: @escaping @Sendable (inout FakeAccount) -> Void
    ) {
        state.withLock { $0.interludes.append(Interlude(operation: operation, body: body)) }
    }

    /// Hears one call: notes it, lets others go first, refuses it where a test says so.
    func hear<Answer: Sendable>(
        _ call: FakeCall,
        _ body: (inout FakeAccount, Date) throws(AWSError) -> Answer
    ) throws(AWSError) -> Answer {
        let now = time.now
        let operation = call.operation
        return try state.withLock { state throws(AWSError) in
            state.calls.append(call)
            if let index = state.interludes.firstIndex(where: { $0.operation == operation }) {
                state.interludes.remove(at: index).body(&state.account)
            }
            let fault = state.faults.firstIndex { $0.operation == operation && $0.remaining > 0 }
            if let fault {
                state.faults[fault].remaining -= 1
                if state.faults[fault].takesEffect { _ = try body(&state.account, now) }
                throw .refusal(
                    state.faults[fault].code,
                    of: operation,
                    state.faults[fault].detail
                )
            }
            return try body(&state.account, now)
        }
    }

    /// A call that no test has prepared for.
    func unprepared(_ call: FakeCall) -> AWSError {
        Issue.record("nothing is prepared for \(call.operation.rawValue)")
        return .refusal("NotPreparedByTheTest", of: call.operation)
    }
}

extension AWSError {
    /// What EC2 answers when it refuses.
    package static func refusal(
        _ code: Code,
        of operation: FakeCall.Operation,
        _ detail: String = "as the test says"
    ) -> AWSError {
        AWSError(
            code,
            detail,
            service: "EC2",
            operation: operation.rawValue,
            httpStatus: 400,
            requestID: "request-of-the-test"
        )
    }
}

extension Region {
    package static var usEast1: Region {
        guard let region = Region("us-east-1") else { preconditionFailure("us-east-1 is a region") }
        return region
    }
}
