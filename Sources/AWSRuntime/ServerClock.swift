package import HTTPTransport
package import SpotSupport

import struct FoundationEssentials.Date

/// The time of day as a server of AWS tells it, without credentials.
package struct ServerClock: Sendable {
    private let address: HTTPURL?
    private let transport: any HTTPTransport
    private let time: any TimeSource

    /// - Parameter address: Whatever it answers, it answers with a date; nil where there is none.
    package init(address: HTTPURL?, transport: any HTTPTransport, time: any TimeSource) {
        self.address = address
        self.transport = transport
        self.time = time
    }

    /// By how much our clock is ahead of the server's, exact to a second; negative where it is late.
    /// - Returns: Nil where there is no server, or it answers without a date.
    /// - Throws: `HTTPError` where no answer came.
    package func lead() async throws(HTTPError) -> Duration? {
        guard let address else { return nil }
        let request = HTTPRequest(method: "GET", url: address, isRepeatable: true)
        let before = time.now
        let response = try await transport.send(request)
        let after = time.now
        guard let text = response.headers["date"], let theirs = Timestamp.parse(text) else {
            return nil
        }
        // The server has looked at its clock somewhere between.
        let middle = before.addingTimeInterval(after.timeIntervalSince(before) / 2)
        return .seconds(middle.timeIntervalSince(theirs).rounded())
    }
}
