import Foundation
import Testing

/// `verify-resume` finds equal bytes where runs are sound, and says what differs where they are not.
extension CommandLineTests {
    /// In a temporary folder inside the test's own.
    private func drill(_ arguments: [String], _ scratch: Scratch) throws -> Program.Result {
        let folder = scratch.folder + "/tmp"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try Program.run(["verify-resume"] + arguments, in: scratch, environment: ["TMPDIR": folder])
    }

    private func left(_ scratch: Scratch) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.folder + "/tmp").map {
            scratch.folder + "/tmp/" + $0
        }
    }

    @Test func killedRunsAreTheSame() throws {
        let scratch = try Scratch()
        let result = try drill(["--kills", "4", "--seed", "5", "--threads", "3"], scratch)
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.output.wholeMatch(
                of: /verify-resume: 4 kills, [0-9]+ resumes?, seed 5: every byte is the same\n/) != nil)
        #expect(result.errors.split(separator: "\n").filter { $0.hasPrefix("kill ") }.count == 4)
        #expect(try left(scratch).isEmpty)
    }

    @Test func whatItFoundIsADocument() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let result = try drill(
            ["--recipe", "micro.yaml", "--set", "checkpoint.every-batches=5", "--kills", "2", "--json"], scratch)
        #expect(result.status == 0, "\(result.errors)")
        let found = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(found["schema"] as? String == "espalier.verify-resume/1" && found["equal"] as? Bool == true)
        #expect(found["kills"] as? Int == 2 && found["resumes"] as? Int != nil && found["seed"] as? Int == 0)
        #expect((found["differences"] as? [Any])?.isEmpty == true)
        // The digest is that of any run of the recipe.
        try scratch.search("plain", "--set", "checkpoint.every-batches=5")
        let digest = try #require(found["digest"] as? String)
        #expect(try Program.run(["show", "plain"], in: scratch).output.contains("digest \(digest)\n"))
    }

    /// A policy that answers otherwise each time makes runs that differ.
    @Test func aDifferenceIsNamed() throws {
        let scratch = try Scratch()
        try scratch.recipe()
        try scratch.write(
            """
            #!/usr/bin/env python3
            import json, random, sys
            request = json.load(sys.stdin)
            answer = {"protocol": 1, "requestId": request["requestId"]}
            if request["op"] == "hello":
                answer.update({"name": "unsteady", "version": "1"})
            else:
                names = [s["child"] for s in request["survivors"]]
                random.SystemRandom().shuffle(names)
                answer["keep"] = names[:32]
                answer["dropped"] = [{"child": c, "reason": "chance"} for c in names[32:]]
            json.dump(answer, sys.stdout)
            """, to: "unsteady.py")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: scratch.folder + "/unsteady.py")
        let line = ["--recipe", "micro.yaml", "--set", "policy=./unsteady.py", "--kills", "1"]
        let result = try drill(line, scratch)
        #expect(result.status == 9 && result.output == "")
        let differing = /error: verify-resume: killed-1, digest: expected [0-9a-f]{64}, found [0-9a-f]{64} .*/
        let lines = result.errors.split(separator: "\n")
        #expect(lines.contains { $0.wholeMatch(of: differing) != nil }, "\(result.errors)")
        // Both runs can be looked at.
        let kept = try left(scratch)
        try #require(kept.count == 1)
        #expect(lines.last == "hint: runs and log are kept: espalier runs --checkpoints \(kept[0])")
        let runs = try Program.run(["runs", "--checkpoints", kept[0]], in: scratch)
        #expect(runs.output.contains("reference") && runs.output.contains("killed-1"))
        let document = try drill(line + ["--json"], scratch)
        #expect(document.status == 9)
        let found = try #require(JSONSerialization.jsonObject(with: Data(document.output.utf8)) as? [String: Any])
        let differences = try #require(found["differences"] as? [[String: Any]])
        #expect(found["equal"] as? Bool == false && found["folder"] is String)
        #expect(Set(differences[0].keys) == ["run", "record", "expected", "found"])
        let records = differences.compactMap { $0["record"] as? String }
        #expect(records.contains { $0.hasPrefix("score 1/") || $0.hasPrefix("scores of round 1") })
        #expect(records.contains { $0.hasPrefix("checkpoint of round 2: arena/0/weights") })
    }

    @Test(arguments: [
        ("--recipe micro.yaml --set train.batsch=3", 3), ("--kills 0", 2), ("--recipe nowhere.yaml", 2),
        ("--recipe cifar10-smoke", 4),
    ])
    func whatCannotRunSaysSo(line: String, status: Int) throws {
        let scratch = try Scratch()
        try scratch.recipe()
        let result = try drill(line.split(separator: " ").map(String.init), scratch)
        #expect(Int(result.status) == status && result.output == "", "\(result.errors)")
        #expect(result.errors.hasPrefix("error: "))
        #expect(try left(scratch).isEmpty)
    }

    @Test func aDrillCanBeStopped() throws {
        let scratch = try Scratch()
        let folder = scratch.folder + "/tmp"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (output, errors) = (try scratch.stream("stdout"), try scratch.stream("stderr"))
        let process = try Program.start(
            ["verify-resume", "--kills", "1000"], in: scratch.folder, environment: ["TMPDIR": folder], output: output,
            errors: errors)
        while process.isRunning, try !scratch.text("stderr").contains("kill 1 ") { usleep(1000) }
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 143)
        #expect(try scratch.text("stderr").hasSuffix("\nverify-resume has stopped on SIGTERM\n"))
        #expect(try left(scratch).isEmpty)
    }
}
