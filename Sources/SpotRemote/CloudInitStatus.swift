import FoundationEssentials

/// How the first boot ended, as cloud-init leaves it in `/run/cloud-init/result.json`.
package struct CloudInitStatus: Equatable, Sendable {
    /// The states that matter to someone who waits.
    package enum State: Equatable, Sendable {
        case done
        case failed
        /// The image runs no cloud-init.
        case absent
    }

    package let state: State
    /// What went wrong, in cloud-init's words.
    package let errors: [String]

    package init(state: State, errors: [String] = []) {
        self.state = state
        self.errors = errors
    }

    /// Waits on the machine until cloud-init has written its result, then prints it.
    ///
    /// The file, not `cloud-init status --format json`: older images know no such option. `/run` is
    /// empty after a boot, so the file is of this boot.
    package static let remoteCommand = """
        if [ -e /run/cloud-init/disabled ] || ! command -v cloud-init >/dev/null 2>&1; then \
        echo absent; exit 0; fi; \
        until [ -e /run/cloud-init/result.json ]; do sleep 0.2 || sleep 1; done; \
        cat /run/cloud-init/result.json
        """

    /// Reads what `remoteCommand` prints; nil when it is not that.
    package init?(answer: [UInt8]) {
        if String(decoding: answer, as: UTF8.self).hasPrefix("absent") {
            self.init(state: .absent)
            return
        }
        guard let result = try? JSONDecoder().decode(Result.self, from: Data(answer)) else {
            return nil
        }
        self.init(state: result.v1.errors.isEmpty ? .done : .failed, errors: result.v1.errors)
    }

    /// cloud-init's documented layout, version 1.
    private struct Result: Decodable {
        let v1: Version1

        struct Version1: Decodable {
            let errors: [String]
        }
    }
}
