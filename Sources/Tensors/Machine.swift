import Glibc

/// What the system tells of itself and of this process.
package enum Machine {
    /// The processor's model name, "unknown" where the system does not tell.
    package static var cpu: String {
        guard let file = fopen("/proc/cpuinfo", "re") else { return "unknown" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
            let words = text[text.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            return words.joined(separator: " ")
        }
        return "unknown"
    }

    /// The largest resident set of this process so far, bytes.
    package static var peakBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) * 1024
    }
}
