/// How curl is asked for a file, and what its exit status means. Options: https://curl.se/docs/manpage.html.
struct Curl {
    /// Why a file did not come.
    enum Failure: Error, Hashable {
        /// May go away: trying again is worth it.
        case passing(String)
        /// The server does not continue a file in the middle.
        case noRanges
        /// The file is longer than the one we want.
        case tooLong
        /// Will not go away.
        case lasting(String)
    }

    /// - Parameters: `start`, the first byte wanted; `size`, of the whole file.
    static func arguments(url: String, start: Int, size: Int, limits: FetchLimits) -> [String] {
        [
            // First, or the user's configuration is read before it.
            "--disable", "--no-buffer", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "5",
            "--globoff",
            "--proto", "=http,https", "--connect-timeout", "\(limits.connectSeconds)",
            "--speed-limit", "\(limits.slowBytes)", "--speed-time", "\(limits.slowSeconds)",
            "--max-filesize", "\(size)", "--write-out", "%{stderr}\\nstatus %{http_code}\\n",
        ] + (start > 0 ? ["--continue-at", "\(start)"] : []) + ["--output", "-", "--url", url]
    }

    /// - Returns: nil where the server's answer came as the server meant it.
    static func failure(_ program: OutsideProgram) -> Failure? {
        let lines = program.errors.split(whereSeparator: \.isNewline)
        let status = lines.last { $0.hasPrefix("status ") }.flatMap { Int($0.dropFirst(7)) } ?? 0
        let said = lines.first { $0.hasPrefix("curl: ") }.map { Array($0.utf8.dropFirst(6)).quoted(upTo: 200) }
        let words = said ?? "curl said nothing"
        guard case .exited(let code) = program.ending else { return .passing("curl was killed") }
        switch code {
        case 0: return nil
        case 22 where [408, 425, 429, 500, 502, 503, 504].contains(status):
            return .passing("the server answers \(status)")
        case 22 where status == 416: return .noRanges
        case 22: return .lasting("the server answers \(status)")
        case 33, 36: return .noRanges
        case 63: return .tooLong
        case 28: return .passing("the server is too slow, or stands still")
        // Names, connections, answers cut short, TLS broken off: not ours to judge, and often gone a moment later.
        case 5, 6, 7, 16, 18, 35, 52, 55, 56, 92: return .passing(words)
        default: return .lasting(words)
        }
    }
}
