import Foundation
import Testing

/// The program of `Examples/custom-policy`, built here from the same files.
extension CommandLineTests {
    private static let program = Program.folder + "/custom-policy"
    private static let tiny = Program.repository + "/Examples/custom-policy/tiny.yaml"

    @Test func aCustomPolicyIsKnownToEveryVerb() throws {
        let scratch = try Scratch()
        let search = try Program.run(
            ["search", "--recipe", Self.tiny, "--run", "first", "--threads", "1"], program: Self.program, in: scratch)
        try #require(search.status == 0, "\(search.errors)")
        let shown = try Program.run(["show", "first", "--json"], in: scratch)
        #expect(shown.status == 0 && shown.output.contains(#""policy":"keep-within""#))
        #expect(shown.output.contains("standard errors behind"))
        // The name of the program is the user's, in its help as in its hints.
        let taken = try Program.run(
            ["search", "--recipe", Self.tiny, "--run", "first"], program: Self.program, in: scratch)
        #expect(taken.status == 2 && taken.errors.contains("custom-policy resume first"), "\(taken.errors)")
        #expect(try Program.run(["--help"], program: Self.program, in: scratch).output.contains("USAGE: custom-policy"))
    }

    @Test func aBadParameterOfACustomPolicyIsRefused() throws {
        let scratch = try Scratch()
        let bad = try Program.run(
            ["search", "--recipe", Self.tiny, "--set", "policy.errors=0"], program: Self.program, in: scratch)
        #expect(bad.status == 3 && bad.errors.contains("keep-within: errors is 0, expected a number above 0"))
        let unknown = try Program.run(["search", "--recipe", Self.tiny], in: scratch)
        #expect(unknown.status == 3 && unknown.errors.contains(#"unknown policy "keep-within""#))
        #expect(!FileManager.default.fileExists(atPath: scratch.folder + "/checkpoints"))
    }
}
