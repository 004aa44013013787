import Foundation
import Policies
import Testing

/// Policies that are programs: the good ones decide, and nothing the bad ones do is taken for a decision.
@Suite struct ProgramTests {
    private let standing = Standings.of([0.3, 0.2, 0.1])

    /// What an error says, after the program's name.
    private func complaint(_ policy: ProgramPolicy) async -> PolicyError? {
        await #expect(throws: PolicyError.self) { _ = try await policy.answer(standing) }
    }

    @Test(.timeLimit(.minutes(2)), arguments: BadProgram.all) func badProgramsAreRefused(_ bad: BadProgram) async throws
    {
        let script = try Script(deciding: "echo again >> tries\n" + bad.body)
        let error = try #require(await complaint(script.policy(timeout: bad.timeout)))
        #expect(error.description.hasPrefix("program policy.sh: " + bad.error), "\(error.description)")
        #expect(error.exitCode == .policy)
        #expect(!error.description.contains("\n") && error.description.count < 1_000)
        #expect(try script.text("tries") == "again\nagain\n")
    }

    @Test(arguments: [
        ("ignores its input", "exec <&-; good"),
        ("writes slowly", "good | while read -r line || [ \"$line\" ]; do sleep 0.2; printf %s \"$line\"; done"),
        ("logs a lot", "head -c 300000 /dev/zero | tr '\\0' x >&2; good"),
        ("leaves a grandchild with its streams", "good; sleep 1000 &"),
        ("leaves a grandchild of another session", "good; setsid sleep 20 &"),
        ("ends its line", "good; echo"),
    ])
    func goodProgramsDecide(_ name: String, _ body: String) async throws {
        let script = try Script(deciding: body)
        let decision = try await script.policy().answer(standing)
        #expect(decision.verdict.keep == ["c0"] && decision.verdict.dropped.map(\.child) == ["c1", "c2"], "\(name)")
        #expect(decision.policy == "bad" && decision.version == "1")
    }

    /// What the program ignores (closed pipes, files that may not grow) must not be ignored for those it starts.
    @Test func signalsHaveTheirDefaultActionsInPrograms() async throws {
        let before = [SIGPIPE, SIGXFSZ].map { signal($0, SIG_IGN) }
        defer { for (number, action) in zip([SIGPIPE, SIGXFSZ], before) { signal(number, action) } }
        let script = try Script(deciding: "grep -E '^SigIgn' /proc/self/status > signals; good")
        #expect(try await script.policy().answer(standing).verdict.keep == ["c0"])
        let signals = try script.text("signals")
        let ignored = try #require(UInt64(signals.dropFirst("SigIgn:\t".count).dropLast(), radix: 16), "\(signals)")
        #expect(ignored & (1 << UInt64(SIGPIPE - 1) | 1 << UInt64(SIGXFSZ - 1)) == 0, "\(signals)")
    }

    @Test func aRequestThatFailedIsPutOnceMore() async throws {
        let script = try Script(
            deciding: "cat > /dev/null; [ -e once ] || { touch once; echo flaky >&2; exit 1; }; good")
        let policy = script.policy()
        #expect(try await policy.greet().count == 1)
        let decision = try await policy.answer(standing)
        #expect(decision.verdict.keep == ["c0"])
        #expect(
            decision.notes == [
                "answered at the second try; at the first, program policy.sh: left with status 1, expected 0 "
                    + #"(its standard error ends with "flaky\n")"#
            ])
        #expect(try await policy.answer(standing).notes == [])
    }

    @Test func aFallbackDecidesAndSaysSo() async throws {
        var remembering = standing
        remembering.state = "the program's own"
        let script = try Script(deciding: "exit 3")
        let policy = script.policy(fallback: try KeepFraction(keep: 0.5))
        _ = try await policy.greet()
        let decision = try await policy.answer(remembering)
        #expect(decision.policy == "keep-fraction" && decision.version == "1")
        #expect(decision.verdict.keep == ["c0", "c1"] && decision.verdict.state == "the program's own")
        #expect(
            decision.notes == [
                "keep-fraction decided in its place: program policy.sh: left with status 3, expected 0"
            ])
    }

    @Test(arguments: [
        ("sleep 100", "no answer within 0.5 s"), ("exit 4", "left with status 4, expected 0"),
        (
            #"echo '{"protocol": 1, "requestId": "h-1", "name": "x", "version": 2}'"#,
            "its answer has the number 2 at version, expected one line of 1 to 100 characters"
        ),
        (#"echo '{"protocol": 1, "requestId": "h-1", "name": "x"}'"#, #"its answer has no key "version""#),
        (
            #"echo '{"protocol": 1, "requestId": "h-1", "nam": "x", "version": "2"}'"#,
            #"its answer has the unknown key "nam" (did you mean name?)"#
        ),
        (
            #"echo '{"protocol": 1, "requestId": "h-1", "name": "\u001b[31m", "version": "2"}'"#,
            #"its answer has the text "\x1B[31m" at name, expected one line of 1 to 100 characters"#
        ),
        (
            #"echo '{"protocol": 2, "requestId": "h-1", "name": "x", "version": "2"}'"#,
            "its answer has the number 2 at protocol, expected 1 (it speaks protocol 2, espalier speaks 1)"
        ),
    ])
    func aBadHandshakeStopsWhateverTheFallback(_ body: String, _ text: String) async throws {
        let script = try Script("#!/bin/sh\n" + body)
        var limits = ProgramLimits.short
        limits.helloSeconds = 0.5
        if body.hasPrefix("echo") { limits.helloSeconds = 20 }
        let policy = script.policy(fallback: KeepAll(), limits: limits)
        let error = await #expect(throws: PolicyError.self) { _ = try await policy.greet() }
        #expect(error?.description == "program policy.sh: " + text)
        #expect(policy.name == "policy.sh" && policy.version == "not asked yet")
    }

    @Test func whatCannotBeStartedSaysWhy() async throws {
        let gone = try Script("#!/bin/sh")
        try FileManager.default.removeItem(atPath: gone.path)
        #expect(await complaint(gone.policy())?.message == #"program policy.sh: there is no file "\#(gone.path)""#)

        let plain = try Script("#!/bin/sh", mode: 0o644)
        let error = await complaint(plain.policy())
        #expect(error?.message == "program policy.sh: may not be executed" && error?.hint == "chmod +x \(plain.path)")

        let alien = try Script("#!/no/such/interpreter -x\n")
        #expect(
            await complaint(alien.policy())?.message
                == #"program policy.sh: its interpreter "/no/such/interpreter" is missing"#)

        let bare = try Script("echo no interpreter\n")
        #expect(await complaint(bare.policy())?.message.hasPrefix("program policy.sh: cannot be started: ") == true)

        let homeless = ProgramPolicy(ProgramSpecification(argv: ["/bin/sh"], folder: "/no/such/folder"))
        #expect(await complaint(homeless)?.message == #"program sh: there is no folder "/no/such/folder" to work in"#)
    }

    @Test(.timeLimit(.minutes(2))) func theWholeGroupIsGone() async throws {
        let script = try Script(
            deciding: "trap '' TERM; (trap '' TERM; echo $$ > /dev/null; while :; do sleep 0.1; done) & echo $! > pid; "
                + "[ -e answer ] && { good; exit 0; }; wait")
        for answers in [false, true] {
            if answers { try Data().write(to: URL(filePath: script.folder + "/answer")) }
            let policy = script.policy(timeout: answers ? 20 : 2)
            let verdict = try? await policy.decide(standing)
            #expect((verdict != nil) == answers)
            let pid = try #require(pid_t(script.text("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
            // It has been killed, but may not have been given the time to die; then it is the system's to reap.
            while let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                !state.contains(") Z "), !state.contains(") X ")
            { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    @Test func aProgramSeesAFewVariablesAndThreeDescriptors() async throws {
        setenv("ESPALIER_TEST_SECRET", "s3cret", 1)
        let script = try Script(
            deciding: "env > seen; ls /proc/self/fd > descriptors; pwd > place; echo \"$@\" > arguments\n"
                + "ps -o pid=,pgid=,sid= -p $$ > session; good")
        _ = try await script.policy(env: ["MY_SETTING": "a b"], arguments: ["--strict", "$HOME *"]).answer(standing)
        let seen = try script.text("seen")
        #expect(!seen.contains("s3cret") && seen.contains("MY_SETTING=a b\n") && seen.contains("PATH="))
        let names = Set(seen.split(separator: "\n").map { String($0.prefix { $0 != "=" }) })
        // The shell adds the last three.
        let allowed: Set = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "MY_SETTING", "PWD", "OLDPWD", "_", "SHLVL"]
        #expect(names.filter { !$0.hasPrefix("LC_") }.isSubset(of: allowed))
        // The fourth is the listing's own.
        #expect(try script.text("descriptors") == "0\n1\n2\n3\n")
        #expect(
            try script.text("place").trimmingCharacters(in: .newlines)
                == URL(filePath: script.folder).resolvingSymlinksInPath().path)
        #expect(try script.text("arguments") == "--strict $HOME *\n")
        let ids = try script.text("session").split(separator: " ").map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(ids.count == 3 && Set(ids).count == 1)
    }

    @Test func aCancelledCallEndsTheProgram() async throws {
        let script = try Script(deciding: "echo $$ > pid; sleep 1000")
        let policy = script.policy(timeout: 600)
        let standing = standing
        let call = Task { try await policy.decide(standing) }
        while (try? script.text("pid"))?.hasSuffix("\n") != true { try await Task.sleep(for: .milliseconds(10)) }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        // It has been reaped.
        let pid = try #require(pid_t(script.text("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) == -1)
    }
}
