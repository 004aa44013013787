import Foundation
import Tensors
import Testing

/// Roots made of files as Linux shows them.
@Suite struct MachineMemoryTests {
    let root = FileManager.default.temporaryDirectory.path + "/machine-\(UUID().uuidString)"

    private func available(_ files: [String: String]) throws -> Int {
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (name, text) in files {
            let path = root + "/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        return Machine.availableBytes(root: root)
    }

    private let meminfo = "MemTotal:       24683200 kB\nMemFree:         100 kB\nMemAvailable:   2048 kB\n"

    @Test func theMachineItself() throws {
        #expect(try available([:]) == Int.max)
        #expect(try available(["proc/meminfo": meminfo]) == 2 << 20)
        #expect(try available(["proc/meminfo": "MemAvailable: what\n"]) == Int.max)
    }

    /// Version 2: the least of the group and those above it; inactive pages of files count as free.
    @Test func aControlGroup() throws {
        let group = "sys/fs/cgroup/a/b"
        var files = [
            "proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n", "\(group)/memory.max": "1048576\n",
            "\(group)/memory.current": "600000\n", "sys/fs/cgroup/a/memory.max": "max\n",
        ]
        #expect(try available(files) == 448_576)
        files["\(group)/memory.stat"] = "anon 1\ninactive_file 100000\nactive_file 5\n"
        #expect(try available(files) == 548_576)
        files["sys/fs/cgroup/a/memory.max"] = "300000\n"
        #expect(try available(files) == 300_000)
        files["sys/fs/cgroup/memory.max"] = "200000\n"
        files["sys/fs/cgroup/memory.current"] = "900000\n"
        #expect(try available(files) == 0)
    }

    @Test func aControlGroupOfTheFirstVersion() throws {
        let group = "sys/fs/cgroup/memory/docker/x"
        var files = [
            "proc/meminfo": meminfo, "proc/self/cgroup": "11:cpu,cpuacct:/docker/x\n5:memory:/docker/x\n",
            "\(group)/memory.limit_in_bytes": "9223372036854771712\n", "\(group)/memory.usage_in_bytes": "5\n",
        ]
        #expect(try available(files) == 2 << 20)
        files["\(group)/memory.limit_in_bytes"] = "1000000\n"
        files["\(group)/memory.stat"] = "total_inactive_file 7\n"
        #expect(try available(files) == 1_000_002)
    }

    @Test func aShortageSaysBothSizes() throws {
        #expect(Machine.shortage(of: 0) == nil && Machine.shortage(of: 1 << 20) == nil)
        let text = try #require(Machine.shortage(of: 1 << 60))
        #expect(text.wholeMatch(of: /needs 1099511627776 MB of memory, [0-9]+ MB are available/) != nil, "\(text)")
        #expect(Machine.shortage(of: nil)?.hasPrefix("needs more memory than can be counted, ") == true)
    }
}
