import AWSRuntime
import AWSSigning
import Synchronization

/// Gives one answer after the other, the last one for ever.
final class SuccessiveCredentials: CredentialProvider {
    typealias Answer = Result<AWSCredentials, AWSConfigurationError>

    let name = "the test"
    private let answers: Mutex<[Answer]>

    init(_ answers: [Answer]) {
        self.answers = Mutex(answers)
    }

    func resolve() throws(AWSConfigurationError) -> CredentialAnswer {
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        return .credentials(try answer.get())
    }
}
