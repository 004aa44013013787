import Foundation
import Foundations
import Testing

/// Whatever is not a regular file is refused at once; a test that hangs here is a failure.
@Suite(.timeLimit(.minutes(1))) struct RegularFileTests {
    /// A folder with one of everything that could lie in the place of a file.
    final class Place {
        let path = FileManager.default.temporaryDirectory.path + "/regular-\(UUID().uuidString)"

        init() throws {
            try FileManager.default.createDirectory(atPath: path + "/folder", withIntermediateDirectories: true)
            try Data("a: 1\n".utf8).write(to: URL(filePath: path + "/file"))
            #expect(mkfifo(path + "/fifo", 0o600) == 0)
            for (name, target) in [("loop", "loop"), ("dangling", "/nowhere"), ("link", "file"), ("zero", "/dev/zero")]
            {
                try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func problem(_ path: String, limit: Int = 100) -> String {
        do {
            return "\(try RegularFile.read(path, limit: limit).count) bytes"
        } catch {
            return error.text
        }
    }

    @Test func everythingButAFileIsRefused() throws {
        let place = try Place()
        let expected = [
            "file": "5 bytes", "link": "5 bytes", "folder": "expected a regular file, found a folder",
            "fifo": "expected a regular file, found a fifo", "zero": "expected a regular file, found a device",
            "loop": "too many levels of symbolic links", "dangling": "no such file", "nothing": "no such file",
            "file/below": "no such file", "a\0b": "the path holds a NUL character",
            String(repeating: "x", count: 5000): "the path is too long",
        ]
        for (name, words) in expected { #expect(problem(place.path + "/" + name) == words, "\(name.prefix(20))") }
        #expect(problem("") == "expected the path of a file, found none")
        #expect(
            problem("/dev/tty").contains("expected a regular file") || problem("/dev/tty").contains("cannot be opened"))
    }

    @Test func theLimitIsExact() throws {
        let place = try Place()
        #expect(problem(place.path + "/file", limit: 5) == "5 bytes")
        #expect(problem(place.path + "/file", limit: 4) == "the file is larger than 4 bytes")
        #expect(truncate(place.path + "/file", 1 << 40) == 0)
        #expect(problem(place.path + "/file", limit: 1 << 20) == "the file is larger than 1 MiB")
        // What claims to hold nothing is read to its end all the same.
        #expect(
            problem("/proc/self/stat", limit: 4096).hasSuffix(" bytes")
                && problem("/proc/self/stat", limit: 4096) != "0 bytes")
        #expect(problem("/proc/self/stat", limit: 1) == "the file is larger than 1 bytes")
    }

    @Test(.enabled(if: getuid() != 0, "root may read anything")) func permissionIsMissing() throws {
        let place = try Place()
        #expect(chmod(place.path + "/file", 0) == 0)
        #expect(problem(place.path + "/file") == "no permission to read")
    }

    /// Recipes, policies and spaces come by this door.
    @Test func yamlIsReadFromRegularFilesOnly() throws {
        let place = try Place()
        func complaint(_ name: String) -> (Int32, String) {
            do {
                _ = try StrictYAML.load(path: place.path + "/" + name)
                return (0, "")
            } catch let error as YAMLError {
                return (error.exitCode.rawValue, error.problem)
            } catch {
                return (1, "\(error)")
            }
        }
        #expect(complaint("file") == (0, ""))
        #expect(complaint("fifo") == (2, "expected a regular file, found a fifo"))
        #expect(complaint("folder") == (2, "expected a regular file, found a folder"))
        #expect(complaint("loop") == (2, "too many levels of symbolic links"))
        #expect(truncate(place.path + "/file", StrictYAML.byteLimit + 1) == 0)
        #expect(complaint("file") == (3, "the file is larger than 1 MiB"))
    }
}
