import Foundations
import Glibc

extension Machine {
    /// Bytes this process may still take without the system ending it: the least of what the machine has free, what the
    /// control group grants, and what the limit of address space leaves. `Int.max` where nothing is told.
    package static var availableBytes: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max) else {
            return availableBytes(root: "")
        }
        let pages = Int(word(0, of: text("/proc/self/statm") ?? "") ?? "0") ?? 0
        return min(availableBytes(root: ""), max(0, Int(limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE))))
    }

    /// What the system tells under `root`, which stands before `/proc` and `/sys`.
    ///
    /// Sources: Linux, Documentation/filesystems/proc.rst (MemAvailable), admin-guide/cgroup-v2.rst (memory.max) and
    /// cgroup-v1/memory.rst (memory.limit_in_bytes). Of a group, pages of files that were not used lately count as free.
    package static func availableBytes(root: String) -> Int {
        var found = Int.max
        if let line = line("MemAvailable:", of: text(root + "/proc/meminfo") ?? ""), let kibibytes = Int(line) {
            found = kibibytes << 10
        }
        for line in (text(root + "/proc/self/cgroup") ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3 else { continue }
            if fields[0] == "0" {
                found = min(
                    found,
                    grantedBytes(
                        root + "/sys/fs/cgroup", fields[2], limit: "memory.max", usage: "memory.current",
                        inactive: "inactive_file"))
            } else if fields[1].split(separator: ",").contains("memory") {
                found = min(
                    found,
                    grantedBytes(
                        root + "/sys/fs/cgroup/memory", fields[2], limit: "memory.limit_in_bytes",
                        usage: "memory.usage_in_bytes", inactive: "total_inactive_file"))
            }
        }
        return max(0, found)
    }

    /// `needs 96000 MB of memory, 22000 MB are available`; nil where there is room. nil bytes are more than can be counted.
    ///
    /// - Cost: less than 64 MB are granted unasked; more reads a few files of `/proc`, some 50 microseconds.
    package static func shortage(of needed: Int?) -> String? {
        if let needed, needed < 64 << 20 { return nil }
        let available = availableBytes
        let megabyte = 1 << 20
        guard let needed else {
            return "needs more memory than can be counted, \(available / megabyte) MB are available"
        }
        if needed <= available { return nil }
        return "needs \(needed / megabyte) MB of memory, \(available / megabyte) MB are available"
    }

    /// What a group and those above it leave; `Int.max` where none has a limit.
    private static func grantedBytes(
        _ mount: String, _ path: String, limit: String, usage: String, inactive: String
    ) -> Int {
        var granted = Int.max
        var parts = path.split(separator: "/").map(String.init)
        while true {
            let place = ([mount] + parts).joined(separator: "/")
            // No limit is the word "max", or a number near 2^63.
            if let most = number(place + "/" + limit), most < 1 << 60 {
                let unused = line(inactive, of: text(place + "/memory.stat") ?? "").flatMap { Int($0) } ?? 0
                granted = min(granted, most - (number(place + "/" + usage) ?? 0) + unused)
            }
            if parts.popLast() == nil { return granted }
        }
    }

    private static func number(_ path: String) -> Int? { text(path).flatMap { Int(word(0, of: $0) ?? "") } }

    private static func text(_ path: String) -> String? {
        (try? RegularFile.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func word(_ place: Int, of line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        return place < words.count ? String(words[place]) : nil
    }

    /// The second word of the line whose first word is `key`.
    private static func line(_ key: String, of text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix(key) && word(0, of: String(line)) == key {
            return word(1, of: String(line))
        }
        return nil
    }
}
