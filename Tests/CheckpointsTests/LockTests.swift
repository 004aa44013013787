import Checkpoints
import Foundation
import Testing

/// A python3 process that holds the flock of a run until it is killed.
private final class Holder {
    private let process = Process()
    var pid: Int32 { process.processIdentifier }

    init(_ path: String) throws {
        let program = """
            import fcntl, json, os, sys, time
            f = open(sys.argv[1], "r+")
            fcntl.flock(f, fcntl.LOCK_EX)
            f.truncate(0)
            f.write(json.dumps({"pid": os.getpid(), "host": "there", "boot": "b", "command": "espalier resume \\x1b"}))
            f.flush()
            print("held", flush=True)
            time.sleep(600)
            """
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.readData(ofLength: 5)
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { if process.isRunning { kill() } }
}

@Suite struct LockTests {
    @Test func aSecondWriterIsToldWhoTheFirstIs() throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let holder = try Holder(scratch.root + "/demo/run.lock")
        #expect(
            complaint { try scratch.open() }
                == "7 cannot write \(scratch.root)/demo: it is being written by process \(holder.pid) on there: "
                + #""espalier resume \u{1B}""#
                + " (wait for it, or stop it with SIGTERM; the lock goes with the process)")
        // Readers do not care.
        #expect(try scratch.open(.reading).head.seq == 0)
        holder.kill()
        let store = try scratch.open()
        #expect(try store.commit(Commit(phase: .done)) == 1)
        let lock = try String(contentsOfFile: scratch.root + "/demo/run.lock", encoding: .utf8)
        #expect(lock.contains(#""pid":\#(getpid())"#))
    }

    @Test func theLockOutlivesNoStore() throws {
        let scratch = try Scratch()
        let path = scratch.root + "/demo/run.lock"
        do {
            let store = try scratch.create()
            let first = "7 cannot write \(scratch.root)/demo: it is being written by process \(getpid()) on"
            #expect(complaint { try scratch.open() }.hasPrefix(first))
            #expect(
                complaint { try scratch.open(.reading) }
                    == "7 cannot open \(scratch.root)/demo/db: this process has it open already")
            _ = try store.head
        }
        #expect(FileManager.default.fileExists(atPath: path))
        try scratch.open().close()
        let reader = try scratch.open(.reading)
        reader.close()
        reader.close()
        #expect(complaint { try reader.head } == "11 cannot use \(scratch.root)/demo/db: the store is closed")
    }

    /// Root may write anywhere, so there is nothing to see for root.
    @Test(.enabled(if: geteuid() != 0)) func aReadOnlyFolderCanBeReadButNotWritten() throws {
        let scratch = try Scratch()
        let run = scratch.root + "/demo"
        try scratch.create().close()
        let paths = ["/db/data.mdb", "/db/lock.mdb", "/run.lock", "/run.json", "/db", ""].map { run + $0 }
        for path in paths { chmod(path, path.hasSuffix("db") || path == run ? 0o555 : 0o444) }
        defer { for path in paths.reversed() { chmod(path, 0o755) } }
        #expect(try scratch.open(.reading).verify(full: true).errors == [])
        #expect(
            complaint { try scratch.open() } == "11 cannot lock \(run)/run.lock: Permission denied "
                + "(--checkpoints must name a folder that you may write to)")
    }

    @Test func readersOfOtherThreadsSeeWholeCheckpoints() async throws {
        let scratch = try Scratch()
        let store = try scratch.create(mapBytes: 1 << 20)
        try store.commit(Commit(phase: .train, step: 0, blobs: [Blob("w", noise(100_000, 0))]), keep: 100)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<60 {
                        let manifest = try store.newest()
                        let bytes = try store.read(try #require(manifest.blob("w")))
                        #expect(bytes == noise(100_000, UInt64(manifest.step)))
                    }
                }
            }
            group.addTask {
                for step in 1...40 {
                    let blob = Blob("w", noise(100_000, UInt64(step)))
                    try store.commit(Commit(phase: .train, step: step, blobs: [blob]), keep: 100)
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.verify(full: true).errors == [])
    }
}
