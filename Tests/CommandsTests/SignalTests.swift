import Foundation
import Testing

extension CommandLineTests {
    @Test(arguments: [[SIGINT, 130], [SIGTERM, 143], [SIGHUP, 129]])
    func aStoppedRunGoesOn(pair: [Int32]) throws {
        let (signal, status) = (pair[0], pair[1])
        let scratch = try Scratch()
        try scratch.recipe()
        let steps = ["--set", "train.budget.steps=600"]
        let search = ["search", "--recipe", "micro.yaml", "--run"]
        let stopped = try stop(search + ["demo"] + steps, by: signal, scratch)
        #expect(stopped.status == status)
        let last = stopped.errors.split(separator: "\n").suffix(2).joined(separator: "\n")
        let name = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"][signal] ?? ""
        #expect(
            last == """
                run demo has stopped on \(name); everything done is durable
                hint: go on with: espalier resume demo
                """)
        #expect(try Program.run(["checkpoint", "verify", "demo", "--full"], in: scratch).status == 0)
        guard signal == SIGTERM else { return }
        // To the same end as a run nobody has stopped.
        #expect(try Program.run(["resume", "demo", "--threads", "1"], in: scratch).status == 0)
        #expect(try Program.run(search + ["whole"] + steps, in: scratch).status == 0)
        let digests = try ["demo", "whole"].map {
            try Program.run(["show", $0], in: scratch).output.split(separator: "\n").last { $0.hasPrefix("digest ") }
        }
        #expect(digests[0] != nil && digests[0] == digests[1])
    }

    @Test func aStoppedRunSaysSoInJSON() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let stopped = try stop(
            ["search", "--json", "--recipe", "micro.yaml", "--run", "demo", "--set", "train.budget.steps=600"],
            by: SIGTERM, scratch)
        #expect(stopped.status == 143)
        #expect(
            stopped.output == """
                {"error":{"code":143,"hint":"go on with: espalier resume demo","kind":"stopped",\
                "message":"run demo has stopped on SIGTERM; everything done is durable"},\
                "schema":"espalier.error/1"}

                """)
    }

    /// The system answers a write beyond the limit with SIGXFSZ, which would end the program without a word.
    @Test func aLimitOfFileSizesIsAFullDisk() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let limited = try Program.run(
            ["prlimit", "--fsize=8192", "espalier", "search", "--recipe", "micro.yaml", "--run", "demo"],
            program: "/usr/bin/env", in: scratch)
        #expect(limited.status == 11)
        #expect(limited.errors.contains("cannot create run checkpoints/demo: its file may not grow so far: "))
        #expect(try Program.run(["search", "--recipe", "micro.yaml", "--run", "demo"], in: scratch).status == 0)
    }

    @Test func aKilledRunGoesOn() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let killed = try stop(
            ["search", "--recipe", "micro.yaml", "--run", "demo", "--set", "train.budget.steps=600"], by: SIGKILL,
            scratch)
        #expect(killed.status == 137)
        let resumed = try Program.run(["resume", "demo"], in: scratch)
        #expect(resumed.status == 0 && resumed.output.hasPrefix("run demo: DONE, best child "))
        // And once more.
        #expect(try Program.run(["resume", "demo"], in: scratch).output == resumed.output)
    }

    /// Starts the program, and sends it a signal when it has told of its first step.
    private func stop(_ arguments: [String], by signal: Int32, _ scratch: Scratch) throws -> Program.Result {
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try Program.start(arguments, in: scratch.folder, output: output, errors: errors)
        while process.isRunning, try !scratch.text("stderr").contains("step 1") { usleep(2000) }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return Program.Result(
            status: process.terminationStatus + (process.terminationReason == .exit ? 0 : 128),
            output: try scratch.text("stdout"), errors: try scratch.text("stderr"))
    }
}
