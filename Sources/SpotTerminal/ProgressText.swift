import SpotSupport

/// The words of a progress meter: pure functions of a snapshot.
enum ProgressText {
    /// "uploading big.tar  45 %  120 MiB of 266 MiB  3 of 7 files  11.2 MiB/s  13 s left".
    static func live(_ progress: ProgressMeter.Snapshot, _ verb: ProgressMeter.Verb) -> String {
        var parts = [[verb.doing, progress.file].compactMap(\.self).joined(separator: " ")]
        if let total = progress.totalBytes {
            let share = total > 0 ? min(100, 100 * Double(progress.bytes) / Double(total)) : 100
            parts.append("\(Int(share)) %")
            parts.append("\(ByteCount(progress.bytes).spoken) of \(ByteCount(total).spoken)")
        } else {
            parts.append(ByteCount(progress.bytes).spoken)
        }
        if let total = progress.totalFiles, total > 1 {
            parts.append("\(progress.files) of \(total) files")
        }
        if let rate = progress.bytesPerSecond { parts.append("\(ByteCount(Int64(rate)).spoken)/s") }
        if let left = progress.secondsLeft, left < longestForecast {
            parts.append("\(Duration.seconds(left.rounded(.up)).spoken) left")
        }
        return parts.joined(separator: "  ")
    }

    /// "uploaded 7 files, 266 MiB in 24 s (11.1 MiB/s)".
    static func final(_ progress: ProgressMeter.Snapshot, _ verb: ProgressMeter.Verb) -> String {
        let files = progress.files == 1 ? "1 file" : "\(progress.files) files"
        let elapsed = Duration.seconds(progress.secondsElapsed).spoken
        let rate = progress.bytesPerSecond.map { " (\(ByteCount(Int64($0)).spoken)/s)" } ?? ""
        return "\(verb.done) \(files), \(ByteCount(progress.bytes).spoken) in \(elapsed)\(rate)"
    }

    /// A forecast of more than four days is a stall, not a forecast.
    private static let longestForecast = 4 * 86_400.0
}
