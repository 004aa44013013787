import Foundation
import Policies
import Testing

/// The JSON of policies/README.md is what the types read and write.
@Suite struct WireTests {
    private let standing = #"""
        {"run": "demo", "round": 3, "seed": 1234,
         "budget": {"macsSpent": 1.0e13, "macsTotal": 2.0e13, "imagesSpent": 250000, "fraction": 0.5, "roundsLeft": 1},
         "space": {"name": "deeper-insights", "children": 64, "alive": 32,
                   "slots": [{"name": "0->1", "choices": ["max_pool_3x3", "sep_conv_3x3"]}]},
         "survivors": [{"child": "434", "index": 59, "group": 0, "params": 37426, "macs": 36612416, "genotype": "g",
           "choices": [3, 2, 3],
           "scores": [{"step": 980, "round": 2, "kind": "accuracy", "value": 0.61, "loss": 1.09, "n": 5000,
                       "bn": "calibrated", "inclusion": 1.0}],
           "mean": 0.605, "standardError": 0.004}],
         "operators": [{"slot": "0->1", "choice": "max_pool_3x3", "kind": "angle", "value": 0.31}],
         "state": null}
        """#

    private func object(_ text: Data) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: text) as? NSDictionary)
    }

    @Test func standingHasTheContractsFields() throws {
        let read = try JSONDecoder().decode(Standing.self, from: Data(standing.utf8))
        #expect(read.survivors[0].scores[0].bn == "calibrated")
        #expect(read.budget.macsTotal == 2e13)
        let written = try JSONEncoder().encode(read)
        #expect(try object(written) == object(Data(standing.utf8)))
        #expect(try JSONDecoder().decode(Standing.self, from: written) == read)
    }

    @Test func numbersThatAreNotFiniteAreNull() throws {
        var broken = Standings.of([.nan])
        broken.survivors[0].index = nil
        broken.survivors[0].scores[0].loss = .infinity
        broken.survivors[0].standardError = -.infinity
        broken.operators = [.init(slot: "0->1", choice: "pool", kind: "angle", value: .nan)]
        let text = String(decoding: try JSONEncoder().encode(broken), as: UTF8.self)
        for field in ["mean", "index", "loss", "standardError", "value", "state"] {
            #expect(text.contains("\"\(field)\":null"), "\(field)")
        }
    }

    @Test func verdictReadsTheContractsExample() throws {
        let text = #"""
            {"protocol": 1, "requestId": "r3-6f2a",
             "keep": ["434"], "dropped": [{"child": "111", "reason": "lowest mean accuracy 0.41, cut at 0.58"}],
             "dropChoices": [{"slot": "0->1", "choice": "max_pool_3x3", "reason": "weak"}],
             "probation": ["111"], "regroup": {"by": "similarity", "count": 4}, "nextBudgetFraction": 0.2,
             "stop": false, "state": "any string"}
            """#
        let verdict = try JSONDecoder().decode(Verdict.self, from: Data(text.utf8))
        #expect(verdict.regroup == .init(by: "similarity", count: 4))
        #expect(verdict.probation == ["111"])
        #expect(try JSONDecoder().decode(Verdict.self, from: JSONEncoder().encode(verdict)) == verdict)
        let short = #"{"keep": ["a"], "dropped": []}"#
        #expect(
            try JSONDecoder().decode(Verdict.self, from: Data(short.utf8)) == Verdict(keep: ["a"], dropped: []))
    }

    @Test(arguments: [
        (#"{"keep": ["a"], "droped": []}"#, "unknown key \"droped\" in the verdict (did you mean dropped?)"),
        (
            #"{"keep": [], "dropped": [{"child": "a", "reasons": "x"}]}"#,
            "unknown key \"reasons\" in an item of dropped (did you mean reason?)"
        ),
        (
            #"{"keep": [], "dropped": [], "regroup": {"by": "random", "counts": 2}}"#,
            "unknown key \"counts\" in regroup (did you mean count?)"
        ),
    ])
    func unknownKeysAreRefused(_ text: String, _ expected: String) {
        let error = #expect(throws: PolicyError.self) {
            try JSONDecoder().decode(Verdict.self, from: Data(text.utf8))
        }
        #expect(error?.description == expected)
    }

    @Test func missingKeysAreRefused() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Verdict.self, from: Data(#"{"keep": []}"#.utf8))
        }
    }

    @Test func probationAndIndicesStandInJSONOnlyWhereTheySaySomething() throws {
        var standing = Standings.of([1, 2])
        let plain = String(decoding: try JSONEncoder().encode(standing), as: UTF8.self)
        #expect(!plain.contains("probation") && !plain.contains("indices"))
        standing.survivors[1].probation = true
        standing.space.slots[0] = .init(name: "0->1", choices: ["conv"], indices: [1])
        let text = String(decoding: try JSONEncoder().encode(standing), as: UTF8.self)
        #expect(text.components(separatedBy: "\"probation\":true").count == 2)
        #expect(text.components(separatedBy: "\"indices\":[1]").count == 2)
        #expect(try JSONDecoder().decode(Standing.self, from: Data(text.utf8)) == standing)
    }

    @Test func parameterValuesCrossJSON() throws {
        let text = #"""
            {"use":"p","parameters":{"a":0.5,"b":3,"c":"word","d":true,
             "e":{"use":"q","parameters":{"f":{"use":"r","parameters":{"g":1}}}}}}
            """#
        let read = try JSONDecoder().decode(PolicySpecification.self, from: Data(text.utf8))
        let inner = PolicySpecification(use: "r", parameters: ["g": .integer(1)])
        #expect(
            read.parameters == [
                "a": .number(0.5), "b": .integer(3), "c": .word("word"), "d": .flag(true),
                "e": .policy(.init(use: "q", parameters: ["f": .policy(inner)])),
            ])
        #expect(
            read.yaml
                == "{use: p, a: 0.5, b: 3, c: \"word\", d: true, e: {use: q, f: {use: r, g: 1}}}")
        #expect(try object(JSONEncoder().encode(read)) == object(Data(text.utf8)))
    }
}
