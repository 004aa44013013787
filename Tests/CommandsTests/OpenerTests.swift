import Foundation
import Testing

/// Verbs that open files of others do so in a child process, whatever becomes of it.
extension CommandLineTests {
    /// A `checkpoint verify` whose child process is sent a signal early in its life.
    private struct Disturbed {
        let result: Program.Result
        /// Whether the signal came in time.
        let isHit: Bool
    }

    private func disturb(
        _ more: [String] = [], by signal: Int32, orProgram own: Bool = false, environment: [String: String] = [:],
        _ scratch: Scratch
    ) throws -> Disturbed {
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try Program.start(
            ["checkpoint", "verify", "demo", "--full"] + more, in: scratch.folder, environment: environment,
            output: output, errors: errors)
        var isHit = false
        while process.isRunning, !isHit {
            guard let child = opened(by: process.processIdentifier) else { continue }
            isHit = kill(own ? process.processIdentifier : child, signal) == 0
        }
        process.waitUntilExit()
        return Disturbed(
            result: Program.Result(
                status: process.terminationStatus + (process.terminationReason == .exit ? 0 : 128),
                output: try scratch.text("stdout"), errors: try scratch.text("stderr")), isHit: isHit)
    }

    /// The child that opens, once it runs our program.
    private func opened(by parent: pid_t) -> pid_t? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        // The youngest first.
        for id in names.compactMap(pid_t.init).sorted(by: >) where id > parent {
            guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")"),
                text[end...].split(separator: " ").dropFirst(2).first == "\(parent)",
                let variables = FileManager.default.contents(atPath: "/proc/\(id)/environ")
            else { continue }
            return variables.range(of: Data("ESPALIER_OPENER=\(parent)\0".utf8)) == nil ? nil : id
        }
        return nil
    }

    /// The child lives for some milliseconds: who comes late tries again.
    private func disturbed(
        _ more: [String] = [], by signal: Int32, orProgram own: Bool = false, environment: [String: String] = [:],
        until isWanted: (Program.Result) -> Bool = { $0.status != 0 }
    ) throws -> Program.Result {
        let scratch = try Scratch()
        try scratch.search()
        var last: Program.Result?
        for _ in 0..<100 {
            let disturbed = try disturb(more, by: signal, orProgram: own, environment: environment, scratch)
            last = disturbed.result
            if disturbed.isHit, isWanted(disturbed.result) { break }
        }
        return try #require(last)
    }

    @Test(arguments: [(SIGSEGV, "SIGSEGV"), (SIGBUS, "SIGBUS"), (SIGKILL, "SIGKILL")])
    func aChildThatDiesIsADamagedStore(signal: Int32, name: String) throws {
        let result = try disturbed(by: signal)
        #expect(result.status == 5 && result.output == "")
        #expect(
            result.errors == """
                error: demo: the process that read it was ended by \(name)
                hint: it is damaged, or memory ran out; a copy of it may be whole

                """)
    }

    @Test func aChildThatDiesIsOneDocument() throws {
        let result = try disturbed(["--json"], by: SIGSEGV)
        #expect(result.status == 5 && result.errors == "")
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "espalier.error/1")
        #expect((document["error"] as? [String: Any])?["code"] as? Int == 5)
    }

    @Test func aChildThatDoesNothingIsADamagedStore() throws {
        let result = try disturbed(by: SIGSTOP, environment: ["ESPALIER_OPENER_WAIT": "0.5"])
        #expect(result.status == 5)
        #expect(result.errors.hasPrefix("error: demo: the process that read it made no progress for 0.5 s\n"))
    }

    @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
    func aSignalReachesTheChild(signal: Int32, name: String) throws {
        let result = try disturbed(by: signal, orProgram: true)
        #expect(result.status == 128 + signal)
        #expect(result.errors.hasPrefix("demo has stopped on \(name)\n"))
    }

    @Test func theWaitIsSeconds() throws {
        let scratch = try Scratch()
        for wrong in ["soon", "0", "-1"] {
            let result = try Program.run(
                ["checkpoint", "verify", "demo"], in: scratch, environment: ["ESPALIER_OPENER_WAIT": wrong])
            #expect(
                result.status == 2
                    && result.errors.hasPrefix("error: ESPALIER_OPENER_WAIT: expected seconds, found \"\(wrong)\"\n"))
        }
    }

    /// The program's own marker in a user's environment is nobody's child.
    @Test func aForeignMarkerMeansNothing() throws {
        let scratch = try Scratch()
        try scratch.search()
        let line = ["checkpoint", "verify", "demo"]
        let result = try Program.run(line, in: scratch, environment: ["ESPALIER_OPENER": "1"])
        #expect(result.status == 0 && result.output.hasSuffix(" 0 errors\n"))
    }
}
