import SSHClient

extension CapturedOutput {
    /// What the command complained about, as the cause in a message of ours.
    var errorLine: String {
        let lines = errorText.split(whereSeparator: \.isNewline)
        return lines.isEmpty ? "it did not say why" : lines.joined(separator: "; ")
    }
}
