import Foundation
import Testing

/// `data fetch` on a server of the loopback. The archives it knows are elsewhere, so here everything ends before a checksum or
/// at one; `DatasetsTests` has small sets that come whole.
extension CommandLineTests {
    /// The loopback server of `DatasetsTests`, serving noise as the smallest archives.
    private final class Server {
        let process = Process()
        let input = Pipe()
        let port: String
        let scratch: Scratch
        /// Nothing on the way to the loopback.
        let environment = ["no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"]

        init() throws {
            scratch = try Scratch()
            let served = scratch.folder + "/served"
            try FileManager.default.createDirectory(atPath: served, withIntermediateDirectories: true)
            for (name, size) in [("cifar-10-binary.tar.gz", 170_052_171), ("train-images-idx3-ubyte.gz", 26_421_880)] {
                // Zeros that look like an archive until they are checked.
                _ = FileManager.default.createFile(atPath: served + "/" + name, contents: Data([0x1F, 0x8B]))
                truncate(served + "/" + name, off_t(size))
            }
            let output = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3", Program.repository + "/Tests/DatasetsTests/Fixtures/server.py", served]
            (process.standardInput, process.standardOutput) = (input, output)
            try process.run()
            port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
                .trimmingCharacters(in: .newlines)
        }

        deinit {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }

        func fetch(_ set: String, _ way: String, _ more: String...) -> [String] {
            ["data", "fetch", set, "--mirror", "http://127.0.0.1:\(port)/\(way)"] + more
        }

        var requests: String { (try? String(contentsOfFile: scratch.folder + "/served/log", encoding: .utf8)) ?? "" }

        func size(_ name: String) -> Int {
            var status = stat()
            return stat(scratch.folder + "/" + name, &status) == 0 ? Int(status.st_size) : -1
        }
    }

    @Test func aFetchSaysWhatIsWrong() throws {
        let server = try Server()
        let zeros = try Program.run(
            server.fetch("fashion-mnist", "good", "--out", "a b"), in: server.scratch, environment: server.environment)
        #expect(zeros.status == 4 && zeros.output == "")
        let lines = zeros.errors.split(separator: "\n").map(String.init)
        // A line for each tenth, and two for the error.
        #expect(lines.count == 13, "\(zeros.errors)")
        #expect(lines.first == "train-images-idx3-ubyte.gz: 0 % of 26.4 MB")
        #expect(lines[10] == "train-images-idx3-ubyte.gz: 100 % of 26.4 MB")
        let url = "http://127.0.0.1:\(server.port)/good/train-images-idx3-ubyte.gz"
        #expect(lines[11].hasPrefix("error: \(url): has SHA-256 "))
        #expect(lines[11].hasSuffix("expected 3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"))
        #expect(lines[12] == "hint: what came was removed; try again, or give --mirror URL of another server")
        #expect(server.size("a b/train-images-idx3-ubyte.gz.part") == -1)
        let gone = try Program.run(
            server.fetch("cifar10", "missing", "--json"), in: server.scratch, environment: server.environment)
        #expect(gone.status == 4 && gone.errors == "")
        #expect(gone.output.contains("\"message\":\"http://127.0.0.1:\(server.port)/missing/cifar-10-binary.tar.gz: "))
        let portal = try Program.run(
            server.fetch("fashion-mnist", "page", "--out", "c"), in: server.scratch, environment: server.environment)
        #expect(portal.status == 4)
        let said = portal.errors.split(separator: "\n").suffix(2).joined(separator: "\n")
        #expect(
            said == """
                error: http://127.0.0.1:\(server.port)/page/train-images-idx3-ubyte.gz: is no gzip archive: it begins with \
                "<html>Please log in</html>"
                hint: what came was removed; try again, or give --mirror URL of another server
                """)
        #expect(server.size("c/train-images-idx3-ubyte.gz.part") == 0)
        let unknown = try Program.run(["data", "fetch", "cifar"], in: server.scratch)
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("expected one of cifar10, cifar100, fashion-mnist, found cifar"))
    }

    /// Files of the right size that can be read are taken for the set, and what the command then says is what a fetch says.
    @Test func aSetThatIsThereIsNotFetched() throws {
        let scratch = try Scratch()
        let folder = "it's here"
        try FileManager.default.createDirectory(
            atPath: scratch.folder + "/" + folder, withIntermediateDirectories: true)
        for (name, images) in [("train.bin", 50_000), ("test.bin", 10_000)] {
            let path = scratch.folder + "/" + folder + "/" + name
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            truncate(path, off_t(images * 3074))
        }
        // Nobody listens there.
        let line = ["data", "fetch", "cifar100", "--out", folder, "--mirror", "http://127.0.0.1:1"]
        let there = try Program.run(line, in: scratch)
        let next = #"espalier search --recipe cifar10-smoke --set data.set=cifar100 --data 'it'\''s here'"#
        #expect(there.status == 0 && there.errors == "")
        #expect(
            there.output == """
                cifar100: 2 files in it's here, whole and readable, 2 of them there before
                next: \(next)

                """)
        let json = try Program.run(line + ["--json"], in: scratch)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(Set(document.keys) == ["schema", "set", "folder", "files", "next"])
        #expect(document["schema"] as? String == "espalier.fetch/1" && document["next"] as? String == next)
        let files = try #require(document["files"] as? [[String: Any]])
        #expect(files.compactMap { $0["name"] as? String } == ["train.bin", "test.bin"])
        #expect(files.compactMap { $0["bytes"] as? Int } == [153_700_000, 30_740_000])
        #expect(files.compactMap { $0["fetched"] as? Bool } == [false, false])
    }

    /// SIGTERM asks to stop, SIGKILL does not ask; the next call goes on from the last byte either way.
    @Test(arguments: [SIGTERM, SIGINT, SIGKILL]) func aStoppedFetchGoesOn(signal: Int32) throws {
        let server = try Server()
        let (output, errors) = (try server.scratch.stream("stdout"), try server.scratch.stream("stderr"))
        let half = 26_421_880 / 2
        let process = try Program.start(
            server.fetch("fashion-mnist", "stall"), in: server.scratch.folder, environment: server.environment,
            output: output, errors: errors)
        let part = "data/fashion-mnist/train-images-idx3-ubyte.gz.part"
        // The last piece is on its way until it is full, or the server's answer ends.
        while process.isRunning, server.size(part) < half - (1 << 16) { usleep(2000) }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        let kept = server.size(part)
        #expect(half - (1 << 16)...half ~= kept)
        if signal == SIGKILL {
            #expect(process.terminationReason == .uncaughtSignal)
        } else {
            #expect(process.terminationStatus == 128 + signal)
            let last = try server.scratch.text("stderr").split(separator: "\n").suffix(2).joined(separator: "\n")
            #expect(
                last == """
                    the fetch of fashion-mnist has stopped on \(signal == SIGINT ? "SIGINT" : "SIGTERM"); everything done is \
                    durable
                    hint: go on with: espalier data fetch fashion-mnist --mirror http://127.0.0.1:\(server.port)/stall
                    """)
        }
        let again = try Program.run(
            server.fetch("fashion-mnist", "good"), in: server.scratch, environment: server.environment)
        // Zeros to the last byte, which the checksum finds.
        #expect(again.status == 4 && again.errors.contains("has SHA-256"))
        #expect(server.requests.hasSuffix("/good/train-images-idx3-ubyte.gz bytes=\(kept)-\n"))
    }

    /// A file may not grow beyond 4 MiB, as on a disk that becomes full.
    @Test func aFullDiskKeepsWhatCame() throws {
        let server = try Server()
        let script = "ulimit -f 4096; trap '' XFSZ; exec espalier \"$@\""
        let full = try Program.run(
            ["-c", script, "bash"] + server.fetch("fashion-mnist", "good"), program: "/bin/bash", in: server.scratch,
            environment: server.environment)
        #expect(full.status == 11)
        let part = "data/fashion-mnist/train-images-idx3-ubyte.gz.part"
        #expect(full.errors.contains("error: \(part): cannot be written after 4194304 bytes: File too large\n"))
        #expect(full.errors.hasSuffix("hint: make room; the next fetch goes on from there\n"))
        #expect(server.size(part) == 4 << 20)
        _ = try Program.run(server.fetch("fashion-mnist", "good"), in: server.scratch, environment: server.environment)
        #expect(server.requests.hasSuffix("bytes=4194304-\n"))
    }

    /// Before a byte is fetched, the room is counted. On a file system of 1 MiB, where the system lets us make one.
    @Test func aSmallDiskIsRefusedAtOnce() throws {
        let server = try Server()
        let script = "mkdir small && mount -t tmpfs -o size=1m none small && exec espalier \"$@\""
        let unshared = ["--user", "--map-root-user", "--mount"]
        let probe = try Program.run(
            unshared + ["mount", "-t", "tmpfs", "none", "/mnt"], program: "/usr/bin/unshare", in: server.scratch)
        guard probe.status == 0 else { return print("not tested here: no file system of our own by unshare") }
        let small = try Program.run(
            unshared + ["bash", "-c", script, "bash"] + server.fetch("cifar10", "good", "--out", "small"),
            program: "/usr/bin/unshare", in: server.scratch, environment: server.environment)
        #expect(small.status == 11)
        #expect(
            small.errors == """
                error: small: has room for 2 MB, the archives and the files take 355 MB
                hint: make room, or give another --out

                """)
        #expect(server.requests == "")
    }
}
