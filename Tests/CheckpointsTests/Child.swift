import Foundation
import Testing

/// One test of ``FaultScenarios``, run in a process of its own: limits, full disks and injected failures must not touch
/// the other tests.
enum Child {
    static let variable = "ESPALIER_TEST_FAULT"
    /// Whether this is such a process.
    static let isHere = ProcessInfo.processInfo.environment[variable] != nil

    /// Runs the scenario and expects it to pass.
    /// - Parameters:
    ///   - shim: whether system calls can be made to fail, see ``Shim``.
    ///   - disk: bytes of a file system of its own for the scenario's folders; nil for that of the tests.
    static func expect(_ scenario: String, shim: Bool = false, disk: Int? = nil) throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var command = [program, "--testing-library", "swift-testing", "--filter", "FaultScenarios/\(scenario)\\("]
        let folder = try Scratch()
        if let disk {
            let script = #"mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@""#
            command = ["unshare", "-Urm", "sh", "-c", script, "sh", "\(disk)", folder.root] + command
        }
        var environment = ProcessInfo.processInfo.environment
        environment[variable] = folder.root
        if shim { environment["LD_PRELOAD"] = try Shim.library.get() }
        let (status, output) = try run(command, environment)
        #expect(status == 0, "\(output)")
        #expect(output.contains("Test run with 1 test"), "\(output)")
    }

    /// Whether a file system of its own can be had: user namespaces are shut in some places.
    static let canMount: Bool = {
        let probe = ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
        return (try? run(probe, ProcessInfo.processInfo.environment).status) == 0
    }()

    static func run(_ command: [String], _ environment: [String: String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let isExit = process.terminationReason == .exit
        return (
            isExit ? process.terminationStatus : 128 + process.terminationStatus,
            String(decoding: output, as: UTF8.self)
        )
    }
}

/// A library that makes one system call on `data.mdb` fail, compiled with the clang that comes with swift.
enum Shim {
    enum Call: Int32 {
        /// A write that is not the header's.
        case write = 0
        /// The synced write of a header page.
        case header = 1
        case sync = 2
    }

    enum Manner: Int32 {
        case refused = 0
        /// Half of it is written, and no error given.
        case short = 1
        /// All of it is written, and yet an error given; the call that would undo it fails too.
        case doneAndRefused = 2
    }

    static let library = Result {
        let folder = FileManager.default.temporaryDirectory.path + "/espalier-shim-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(source.utf8).write(to: URL(fileURLWithPath: folder + "/shim.c"))
        let (status, output) = try Child.run(
            ["clang", "-shared", "-fPIC", "-O1", "-o", folder + "/shim.so", folder + "/shim.c"],
            ProcessInfo.processInfo.environment)
        guard status == 0 else { throw Failure(output: output) }
        return folder + "/shim.so"
    }

    struct Failure: Error { let output: String }

    /// Makes the `number`-th such call from now fail, and where it is to last all after it.
    static func arm(
        _ call: Call, _ error: Int32, _ manner: Manner = .refused, at number: Int32 = 1, lasts: Bool = false
    ) {
        typealias Arm = @convention(c) (Int32, Int32, Int32, Int32, Int32) -> Void
        let symbol = dlsym(nil, "shim_arm")!
        unsafeBitCast(symbol, to: Arm.self)(call.rawValue, number, error, manner.rawValue, lasts ? 1 : 0)
    }

    static func disarm() { arm(.write, 0, at: 0) }

    private static let source = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <sys/uio.h>
        #include <unistd.h>

        static int kind, number, error, manner, lasts, undo;

        void shim_arm(int k, int n, int e, int m, int l) { kind = k, number = n, error = e, manner = m, lasts = l, undo = 0; }

        static int ours(int file) {
            char link[64], path[512];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t count = readlink(link, path, sizeof path);
            return count > 9 && !memcmp(path + count - 9, "/data.mdb", 9);
        }

        static int hits(int k) {
            if (number <= 0 || k != kind) return 0;
            if (number > 1) { number--; return 0; }
            if (!lasts) number = 0;
            return 1;
        }

        ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
            if (ours(file)) {
                int header = (fcntl(file, F_GETFL) & O_DSYNC) != 0;
                if (undo && !header && place < 8192) { undo = 0; errno = error; return -1; }
                if (hits(header)) {
                    if (manner == 1) return syscall(SYS_pwrite64, file, bytes, count / 2, place);
                    if (manner == 2) { syscall(SYS_pwrite64, file, bytes, count, place); undo = header; }
                    errno = error;
                    return -1;
                }
            }
            return syscall(SYS_pwrite64, file, bytes, count, place);
        }

        ssize_t writev(int file, const struct iovec *pieces, int count) {
            if (ours(file) && hits(0)) {
                if (manner == 1) return syscall(SYS_writev, file, pieces, (count + 1) / 2);
                errno = error;
                return -1;
            }
            return syscall(SYS_writev, file, pieces, count);
        }

        int fdatasync(int file) {
            if (ours(file) && hits(2)) { errno = error; return -1; }
            return syscall(SYS_fdatasync, file);
        }
        """
}
