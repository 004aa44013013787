import Foundation
import Foundations
import Policies
import Testing

/// `policies/exchange` is what really passes between us and a program, byte for byte.
@Suite struct ExchangeTests {
    /// Compares with a file of the exchange; `ESPALIER_WRITE_GOLDEN=1` writes it instead.
    private func expect(_ bytes: [UInt8], is name: String) throws {
        if ProcessInfo.processInfo.environment["ESPALIER_WRITE_GOLDEN"] == "1" {
            return try Data(bytes).write(to: URL(filePath: Exchange.policies + "/exchange/" + name))
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == String(decoding: try Exchange.bytes("exchange/" + name), as: UTF8.self),
            "\(name)")
    }

    /// Runs an example behind a script that notes what goes in and out.
    private func record(_ example: String) async throws -> (script: Script, decision: Decision) {
        let script = try Script(
            """
            #!/bin/sh
            cat > request
            "\(Exchange.policies)/examples/\(example)" < request > answer
            case $(cat request) in *'"op":"hello"'*) op=hello ;; *) op=decide ;; esac
            mv request $op.request
            tee $op.answer < answer
            """)
        return (script, try await script.policy().answer(Exchange.standing))
    }

    @Test func theGoldenExchangeIsWhatPasses() async throws {
        let (script, decision) = try await record("keep_top_half.py")
        for op in ["hello", "decide"] {
            try expect(Array(script.text("\(op).request").utf8), is: "\(op).request.json")
            try expect(Array(script.text("\(op).answer").utf8), is: "\(op).answer.json")
        }
        #expect(decision.policy == "keep top half" && decision.version == "1.0" && decision.notes == [])
        #expect(decision.verdict.keep == ["434", "124"])
        #expect(
            decision.verdict.dropped == [
                .init(child: "111", reason: "mean 0.4120, rank 3 of 4, cut after 2"),
                .init(child: "342", reason: "no score, rank 4 of 4, cut after 2"),
            ])
    }

    @Test func theShellExampleDecidesTheSame() async throws {
        let (_, decision) = try await record("keep_top_half.sh")
        #expect(decision.verdict.keep == ["434", "124"])
        #expect(decision.verdict.dropped.map(\.reason).last == "no score, rank 4 of 4, cut after 2")
    }

    @Test func theStandingComesBack() throws {
        let bytes = try Exchange.bytes("exchange/decide.request.json")
        #expect(try JSONDecoder().decode(Standing.self, from: Data(bytes)) == Exchange.standing)
        #expect(ProgramWire.decide(Exchange.standing).bytes == bytes)
        #expect(ProgramWire.decide(Exchange.standing).id.hasPrefix("r3-"))
    }

    @Test(arguments: [
        ("hello.json", "request", "hello.request.json"), ("hello.json", "answer", "hello.answer.json"),
        ("decide.json", "", "decide.request.json"), ("verdict.json", "", "decide.answer.json"),
    ])
    func theSchemasFitTheExchange(_ schema: String, _ part: String, _ message: String) throws {
        var checker = try SchemaChecker(Exchange.tree("schema/" + schema))
        let tree = try Exchange.tree("exchange/" + message)
        #expect(checker.problems(tree, part: part) == [])
        // Each key that is asked for is needed, and no other is let in.
        guard case .object(let members) = tree else { throw CancellationError() }
        for member in members {
            let less = JSONTree.object(members.filter { $0.key != member.key })
            #expect(checker.problems(less, part: part) == [".\(member.key) is missing"])
        }
        let more = JSONTree.object(members + [.init(key: "extra", value: .null)])
        #expect(checker.problems(more, part: part) == [".extra is not allowed"])
    }

    @Test func theSchemaOfTheVerdictKnowsEveryKey() throws {
        let verdict = Verdict(
            keep: ["434"], dropped: [.init(child: "111", reason: "low")],
            dropChoices: [.init(slot: "0->1", choice: "max_pool_3x3", reason: "weak")], probation: ["111"],
            regroup: .init(by: "similarity", count: 4), nextBudgetFraction: 0.2, stop: true, state: "text")
        var text = String(decoding: try JSONEncoder().encode(verdict), as: UTF8.self)
        text = "{\"protocol\": 1, \"requestId\": \"r3\", " + text.dropFirst()
        var checker = try SchemaChecker(Exchange.tree("schema/verdict.json"))
        #expect(checker.problems(try StrictJSON.parse(Array(text.utf8))) == [])
        for (right, wrong, problem) in [
            (#""count":4"#, #""count":4.5"#, ".regroup.count is not of type integer"),
            (#""stop":true"#, #""stop":1"#, ".stop is not of type boolean"),
            (#""by":"similarity""#, #""by":"size""#, ".regroup.by is none of its values"),
            (#""reason":"low""#, #""reason":"""#, ".dropped[0].reason is too short"),
            (#""nextBudgetFraction":0.2"#, #""nextBudgetFraction":0"#, ".nextBudgetFraction is too small"),
            (#""keep":["434"]"#, #""keep":[]"#, ".keep has too few items"),
        ] {
            let changed = text.replacing(right, with: wrong)
            #expect(changed != text)
            #expect(checker.problems(try StrictJSON.parse(Array(changed.utf8))) == [problem])
        }
    }

    /// Every round of the kit is a request as the schema has it.
    @Test func theSchemaOfTheRequestFitsEveryStanding() throws {
        var checker = try SchemaChecker(Exchange.tree("schema/decide.json"))
        for (name, standing) in Standings.all {
            #expect(checker.problems(try StrictJSON.parse(ProgramWire.decide(standing).bytes)) == [], "\(name)")
        }
    }
}
