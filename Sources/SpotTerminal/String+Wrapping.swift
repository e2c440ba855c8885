extension String {
    /// The text in lines of at most `columns` columns, broken between words; a word that is wider
    /// has a line of its own and stays whole, so that it can be copied.
    package func wrapped(toWidth columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if longer.displayWidth <= columns || line.isEmpty {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
