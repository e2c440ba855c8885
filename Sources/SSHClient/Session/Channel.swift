/// A channel in use, shared by the parts of one activity.
final class Channel {
    let handle: ChannelHandle

    init(_ handle: consuming ChannelHandle) {
        self.handle = handle
    }

    /// Answers how many bytes were taken: none while the peer's window is shut or too much waits to
    /// be sent.
    func write(_ bytes: ArraySlice<UInt8>) throws(SSHError) -> Int {
        var outcome: Result<Int, SSHError> = .success(0)
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(SSHError) {
                outcome = .success(try unsafe handle.write(buffer))
            } catch {
                outcome = .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Reads up to the buffer's size.
    func read(_ stream: ChannelHandle.Stream, into buffer: inout [UInt8]) throws(SSHError)
        -> ChannelHandle.Reading
    {
        var outcome: Result<ChannelHandle.Reading, SSHError> = .success(.nothingYet)
        unsafe buffer.withUnsafeMutableBytes { bytes in
            do throws(SSHError) {
                outcome = .success(try unsafe handle.read(stream, into: bytes))
            } catch {
                outcome = .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Asks the peer to close; true once it has, or once there is nobody left to ask.
    func hasClosed() -> Bool {
        do throws(SSHError) {
            if case .waiting = try handle.close() { return false }
            return true
        } catch {
            return true
        }
    }
}
