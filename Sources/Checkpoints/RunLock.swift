import Foundations
import FoundationEssentials
import Glibc
import Synchronization

/// The one writer of a run: an flock on `run.lock`, which the kernel gives back the moment its holder is gone.
///
/// The file says who holds it, for the message only; it is never deleted, never stolen and never times out.
final class RunLock: Sendable {
    private let file: Int32
    private let isHeld = Atomic(true)

    private struct Holder: Codable {
        var pid: Int32
        var host: String
        var boot: String
        var command: String
    }

    /// - Parameter subject: the run's path, for messages.
    /// - Throws: exit 7 naming the holder where another process has it; exit 11 where the file cannot be made.
    static func acquire(_ path: String, of subject: String) throws -> RunLock {
        // A fifo would be waited for.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard file >= 0 else { throw StoreError.system(cannot: "lock", path) }
        guard Files.isFile(path) else {
            close(file)
            throw StoreError(.storage, cannot: "lock", path, because: "it is no regular file", hint: "remove it")
        }
        // Who only looks whether a run is in use holds it for an instant.
        var tries = 0
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            tries += 1
            if code == EWOULDBLOCK, tries <= 10 {
                usleep(10_000)
                continue
            }
            close(file)
            guard code == EWOULDBLOCK else { throw StoreError.system(cannot: "lock", path, code: code) }
            throw StoreError(
                .locked, cannot: "write", subject, because: "it is being written by \(holder(path))",
                hint: "wait for it, or stop it with SIGTERM; the lock goes with the process")
        }
        let lock = RunLock(file)
        lock.sign()
        return lock
    }

    /// Whether the path still names the locked file: a run's folder can be removed, or replaced, under its writer.
    func isAt(_ path: String) -> Bool {
        var held = stat(), named = stat()
        guard fstat(file, &held) == 0, lstat(path, &named) == 0 else { return false }
        return held.st_dev == named.st_dev && held.st_ino == named.st_ino
    }

    /// A shared lock, held while reading without LMDB's own lock file; nil where a writer is at work.
    static func share(_ path: String) -> RunLock? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        guard flock(file, LOCK_SH | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        return RunLock(file)
    }

    private init(_ file: Int32) { self.file = file }

    /// Gives the lock back; a second time does nothing.
    /// Unlocks before it closes: a process that is just being started may hold a copy of the descriptor for an instant.
    func release() {
        guard isHeld.exchange(false, ordering: .relaxed) else { return }
        flock(file, LOCK_UN)
        close(file)
    }

    /// Says who holds the lock, for the message others get; on a full disk they get none.
    private func sign() {
        let cmdline = (try? Files.read("/proc/self/cmdline", limit: 1 << 16)) ?? []
        let command = cmdline.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        let boot = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 100)) ?? []
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        let holder = Holder(
            pid: getpid(), host: name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) },
            boot: String(String(decoding: boot, as: UTF8.self).prefix(36)), command: String(command.prefix(200)))
        let bytes = ((try? [UInt8](JSONEncoder.canonical.encode(holder))) ?? []) + [10]
        if ftruncate(file, 0) == 0 { _ = pwrite(file, bytes, bytes.count, 0) }
    }

    private static func holder(_ path: String) -> String {
        guard let bytes = try? Files.read(path, limit: 4096),
            let holder = try? JSONDecoder().decode(Holder.self, from: Data(bytes))
        else { return "another process" }
        return "process \(holder.pid) on \(quoted(holder.host).dropFirst().dropLast()): \(quoted(holder.command))"
    }
}

extension JSONEncoder {
    /// Sorted keys and no white space: equal values give equal bytes.
    static var canonical: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
