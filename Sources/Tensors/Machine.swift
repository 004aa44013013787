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

    /// The last caches of all processors together, bytes; nil where the system does not tell.
    package static var lastCacheBytes: Int? {
        var found: [String: Int] = [:]
        for cpu in 0..<sysconf(Int32(_SC_NPROCESSORS_CONF)) {
            func line(_ cache: Int, _ name: String) -> String? {
                firstLine("/sys/devices/system/cpu/cpu\(cpu)/cache/index\(cache)/\(name)")
            }
            // The last one a processor has is of the highest level; what it shares with others is counted once.
            guard let last = (0..<8).last(where: { line($0, "level") != nil }), let size = line(last, "size"),
                let kibibytes = size.hasSuffix("K") ? Int(size.dropLast()) : nil,
                let sharers = line(last, "shared_cpu_list")
            else { continue }
            found[sharers] = kibibytes << 10
        }
        if !found.isEmpty { return found.values.reduce(0, +) }
        let told = sysconf(Int32(_SC_LEVEL3_CACHE_SIZE))
        return told > 0 ? told : nil
    }

    /// Bytes of memory.
    package static var memoryBytes: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }

    private static func firstLine(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        return String(text.prefix { !$0.isWhitespace })
    }

    /// The largest resident set of this process so far, bytes.
    package static var peakBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) * 1024
    }
}
