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

    @Test func verboseTellsOfEveryBatchAndEveryCheckpoint() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let told = try Program.run(["search", "--recipe", "micro.yaml", "--run", "demo", "--verbose"], in: scratch)
        #expect(told.status == 0)
        let lines = told.errors.split(separator: "\n")
        let batches = lines.filter { $0.hasPrefix("batch ") }
        #expect(!batches.isEmpty && batches.count == batches.indices.count { batches[$0] == "batch \($0 + 1)" })
        let durable = lines.compactMap { $0.wholeMatch(of: /durable seq=(\d+) batch=(\d+)/) }
        #expect(durable.count > 3 && durable.last?.2 == "\(batches.count)")
        let seqs = durable.compactMap { Int($0.1) }
        #expect(seqs == Array(seqs[0]..<seqs[0] + seqs.count))
        let quiet = try Program.run(["search", "--recipe", "micro.yaml", "--run", "quiet"], in: scratch)
        #expect(!quiet.errors.contains("batch ") && !quiet.errors.contains("durable "))
    }

    /// Whoever starts programs may ignore SIGCHLD, and that is inherited: children would vanish before they are waited for.
    @Test func childrenAreWaitedForWhoeverStartsUs() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        #expect(try Program.run(["search", "--recipe", "micro.yaml", "--run", "demo"], in: scratch).status == 0)
        // Shells keep this signal to themselves.
        let ignoring =
            "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
        let words = ["\(Program.folder)/espalier", "checkpoint", "verify", "demo", "--full"]
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try Program.start(
            ["python3", "-c", ignoring] + words, program: "/usr/bin/env", in: scratch.folder, output: output,
            errors: errors)
        let end = ContinuousClock.now + .seconds(30)
        while process.isRunning, ContinuousClock.now < end { usleep(10_000) }
        #expect(!process.isRunning)
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        #expect(try process.terminationStatus == 0 && scratch.text("stdout").contains(" 0 errors"))
    }

    /// The first signal decides. Slurm asks twice before it kills, and wakes who was stopped.
    @Test(arguments: [
        ([SIGCONT, SIGTERM, SIGTERM], 143), ([SIGTERM, SIGINT], 143), ([SIGINT, SIGTERM], 130),
        ([SIGHUP, SIGTERM], 129),
    ])
    func laterSignalsChangeNothing(signals: [Int32], status: Int) throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let search = ["search", "--recipe", "micro.yaml", "--run", "demo", "--set", "train.budget.steps=600"]
        let stopped = try stop(search, by: signals, scratch)
        #expect(Int(stopped.status) == status)
        #expect(stopped.errors.contains("everything done is durable"))
        #expect(try Program.run(["checkpoint", "verify", "demo", "--full"], in: scratch).status == 0)
    }

    /// Wherever a signal finds it, a run ends as if nothing had been.
    @Test(arguments: [
        // While images are drawn, in the middle of a scoring, at a commit.
        ("data={set: synthetic, hold-out: {rank: 16, pick: 16}, synthetic: {side: 8, distance: 4, train: 60000}}", ""),
        (
            "data={set: synthetic, hold-out: {rank: 1500, pick: 16}, synthetic: {side: 8, distance: 4, train: 1660}}",
            " batch=40"
        ), ("checkpoint.every-batches=1", "durable seq=9"),
    ])
    func aSignalMayComeAnyTime(setting: String, sign: String) throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let search = ["search", "--recipe", "micro.yaml", "--set", setting, "--run"]
        let stopped = try stop(search + ["demo", "--verbose"], by: [SIGTERM], when: sign, scratch)
        #expect(stopped.status == 143, "\(stopped.errors)")
        #expect(try Program.run(["checkpoint", "verify", "demo", "--full"], in: scratch).status == 0)
        #expect(try Program.run(["resume", "demo"], in: scratch).status == 0)
        #expect(try Program.run(search + ["whole"], in: scratch).status == 0)
        let digests = try ["demo", "whole"].map {
            try Program.run(["show", $0], in: scratch).output.split(separator: "\n").last { $0.hasPrefix("digest ") }
        }
        #expect(digests[0] != nil && digests[0] == digests[1])
    }

    @Test func aSecondInterruptLeavesAtOnce() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        // Images that take long to draw: no batch to finish for a while.
        let images = "data.synthetic={side: 32, train: 50000}"
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try Program.start(
            ["search", "--recipe", "micro.yaml", "--run", "demo", "--set", images], in: scratch.folder, output: output,
            errors: errors)
        let card = scratch.folder + "/checkpoints/demo/run.json"
        while process.isRunning, !FileManager.default.fileExists(atPath: card) { usleep(1000) }
        kill(process.processIdentifier, SIGINT)
        while process.isRunning, try !scratch.text("stderr").contains("leaving") { usleep(1000) }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        #expect(try scratch.text("stderr").hasSuffix("left at once; what was durable stays durable\n"))
        #expect(try Program.run(["checkpoint", "verify", "demo", "--full"], in: scratch).status == 0)
    }

    /// A policy program at work is ended with all it has started.
    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalEndsAPolicysProcesses(signal: Int32) throws {
        let scratch = try Scratch()
        try scratch.recipe()
        try scratch.write("#!/bin/sh\nsleep 600 &\necho $! > inner\necho $$ > outer\nwait\n", to: "slow")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: scratch.folder + "/slow")
        let search = ["search", "--recipe", "micro.yaml", "--run", "demo", "--policy", "./slow"]
        let outer = scratch.folder + "/outer"
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try Program.start(search, in: scratch.folder, output: output, errors: errors)
        while process.isRunning, ((try? String(contentsOfFile: outer, encoding: .utf8)) ?? "").isEmpty { usleep(1000) }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationStatus == 128 + signal && process.terminationReason == .exit)
        for name in ["inner", "outer"] {
            let text = try String(contentsOfFile: scratch.folder + "/" + name, encoding: .utf8)
            let id = try #require(pid_t(text.dropLast()))
            // Whoever was its parent may take an instant to notice.
            var state = ""
            for _ in 0..<1000 {
                state = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
                if state.isEmpty || state.contains(") Z ") { break }
                usleep(10_000)
            }
            #expect(state.isEmpty || state.contains(") Z "), "\(name): \(state)")
        }
        #expect(try Program.run(["checkpoint", "verify", "demo"], in: scratch).status == 0)
    }

    @Test func aHangUpThatWasIgnoredStaysIgnored() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let line = "trap '' HUP; exec espalier search --recipe micro.yaml --run demo --set train.budget.steps=300"
        let result = try stop(["-c", line], program: "/bin/bash", by: [SIGHUP], scratch)
        #expect(result.status == 0 && result.output.hasPrefix("run demo: DONE"))
        #expect(!result.errors.contains("SIGHUP"))
    }

    private func stop(_ arguments: [String], by signal: Int32, _ scratch: Scratch) throws -> Program.Result {
        try stop(arguments, by: [signal], scratch)
    }

    /// Whether a signal to the whole process has not been taken yet.
    private func waiting(_ process: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        guard let mask = status.firstMatch(of: /ShdPnd:\s*([0-9a-f]+)/) else { return false }
        return mask.1.contains { $0 != "0" }
    }

    /// Starts the program, and sends it signals when it has told of its first step, or of something else. Where it need not
    /// tell anything, its run exists.
    private func stop(
        _ arguments: [String], program: String = Program.folder + "/espalier", by signals: [Int32],
        when sign: String = "step 1", _ scratch: Scratch
    ) throws -> Program.Result {
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try Program.start(
            arguments, program: program, in: scratch.folder, output: output, errors: errors)
        let card = scratch.folder + "/checkpoints/demo/run.json"
        while process.isRunning, !FileManager.default.fileExists(atPath: card) { usleep(1000) }
        while process.isRunning, try !scratch.text("stderr").contains(sign), !sign.isEmpty { usleep(2000) }
        for signal in signals {
            kill(process.processIdentifier, signal)
            // Of signals that wait, those of one kind are one, and the smallest number is taken first.
            repeat { usleep(500) } while process.isRunning && waiting(process.processIdentifier)
        }
        process.waitUntilExit()
        return Program.Result(
            status: process.terminationStatus + (process.terminationReason == .exit ? 0 : 128),
            output: try scratch.text("stdout"), errors: try scratch.text("stderr"))
    }
}
