import Foundation
import Policies
import Testing

/// `policy list`, `policy show` and `policy check`.
extension CommandLineTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private var examples: String { Program.repository + "/policies/examples" }

    @Test func policiesAreListedAndShown() throws {
        let scratch = try Scratch()
        let list = try Program.run(["policy", "list"], in: scratch)
        let document = try object(Program.run(["policy", "list", "--json"], in: scratch).output)
        let names = (document["policies"] as? [[String: Any]] ?? []).compactMap { $0["policy"] as? String }
        #expect(names == PolicyCatalogue.builtIn.entries.map(\.name) && list.status == 0)
        for name in names {
            #expect(list.output.contains("\n\(name) "), "\(name)")
            let shown = try Program.run(["policy", "show", name], in: scratch)
            #expect(shown.status == 0 && shown.output.contains("use: \(name)\n"), "\(name)")
            #expect(
                try object(Program.run(["policy", "show", name, "--json"], in: scratch).output)["policy"] as? String
                    == name)
        }
        let program = try Program.run(["policy", "show", examples + "/keep_top_half.py"], in: scratch)
        #expect(program.status == 0 && program.output.hasPrefix("keep top half 1.0\npolicy keep top half 1.0 is "))
    }

    @Test func aGoodPolicyPasses() throws {
        let scratch = try Scratch()
        try scratch.write(
            "schema: espalier.policy/1\nprogram: [\(examples)/keep_top_half.py]\ntimeout-seconds: 120\n",
            to: "half.yaml")
        for policy in ["keep-fraction", "half.yaml"] {
            let check = try Program.run(["policy", "check", policy, "--json"], in: scratch)
            let document = try object(check.output)
            let checks = try #require(document["checks"] as? [[String: Any]])
            #expect(check.status == 0 && document["schema"] as? String == "espalier.policy-check/1")
            #expect(checks.count == 19 && checks.allSatisfy { $0["ok"] as? Bool == true }, "\(check.output)")
        }
    }

    @Test func aBadPolicyIsExplained() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            #!/bin/sh
            echo '{"protocol": 1, "requestId": "h-1", "name": "parrot", "version": "1"}'

            """, to: "parrot")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: scratch.folder + "/parrot")
        let check = try Program.run(["policy", "check", "parrot"], in: scratch)
        #expect(check.status == 8)
        #expect(
            check.output.hasPrefix(
                """
                parrot 1
                ok      hello: it is parrot 1
                FAILED  an ordinary round: program parrot: its answer has the text "h-1" at requestId, expected "r2-
                """))
        #expect(
            check.errors
                == "error: parrot 1: 1 of 2 checks failed\nhint: policies/README.md says what is asked of a policy\n")
        let json = try Program.run(["policy", "check", "parrot", "--json"], in: scratch)
        #expect(json.status == 8 && json.errors == "")
        #expect((try object(json.output)["checks"] as? [Any])?.count == 2)
    }

    @Test func whatIsNoPolicyIsSaid() throws {
        let scratch = try Scratch()
        try scratch.write("#!/bin/sh\nexit 3\n", to: "plain")
        var transcript = Transcript(scratch)
        for line in [
            "policy check keep-fration", "policy check ./gone", "policy check ./plain", "policy show gone.yaml",
            "policy check oracle", "policy lst",
        ] { try transcript.add(line) }
        try expectGolden(transcript.text.replacing(scratch.folder, with: "HERE"), "policy-errors")
    }
}
