import Foundation
import Foundations
import Policies
import Searches
import Testing

/// A policy that is a program: where it is found, and that a stored recipe finds it again from any folder.
@Suite struct ProgramReadingTests {
    private let scratch: Scratch
    private let folder: String

    init() throws {
        scratch = try Scratch()
        folder = URL(filePath: scratch.root).standardizedFileURL.path
        try program("prune.py")
    }

    private func program(_ name: String, mode: Int = 0o755) throws {
        try Data("#!/bin/sh\n".utf8).write(to: URL(filePath: folder + "/" + name))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder + "/" + name)
    }

    private func policy(_ text: String) throws -> PolicySpecification {
        let file = folder + "/p.yaml"
        try Data("schema: espalier.policy/1\n\(text)\n".utf8).write(to: URL(filePath: file))
        let recipe = try Micro.recipe("policy=\(file)")
        let stored = try StrictYAML.parse(recipe.text, path: "stored")
        for resolving in [true, false] {
            let again = try Recipe(stored, resolvingPolicy: resolving)
            #expect(again == recipe && again.text == recipe.text)
        }
        return recipe.policy
    }

    @Test func aFileNamesAProgramInItsFolder() throws {
        let program = try #require(try policy("program: [./prune.py, --strict, \"a \\\"b\\\"\"]").program)
        #expect(
            program == ProgramSpecification(argv: [folder + "/prune.py", "--strict", "a \"b\""], folder: folder))
        #expect(program.timeoutSeconds == 60 && program.onFailure == .stop && program.needs == [])
    }

    @Test func everyKeyComesBack() throws {
        let all = try policy(
            """
            program: ./prune.py
            timeout-seconds: 2.5
            env: {MY_SETTING: "1", "2": "x: y"}
            on-failure: {fallback: {use: keep-fraction, keep: 0.25}}
            needs: [pairs]
            """)
        let fallback = PolicySpecification(use: "keep-fraction", parameters: ["keep": .number(0.25)])
        #expect(
            all.program
                == ProgramSpecification(
                    argv: [folder + "/prune.py"], folder: folder, timeoutSeconds: 2.5,
                    env: ["MY_SETTING": "1", "2": "x: y"], onFailure: .fallback(fallback), needs: [.pairs]))
        #expect(all.use == "prune.py")
        let short = try policy("program: ./prune.py\non-failure: \"fallback: keep-fraction\"")
        #expect(
            short.program?.onFailure
                == .fallback(PolicySpecification(use: "keep-fraction", parameters: ["keep": .number(0.5)])))
        #expect(try JSONDecoder().decode(PolicySpecification.self, from: JSONEncoder().encode(all)) == all)
    }

    @Test func aNameWithoutASlashIsFoundAlongThePath() throws {
        let program = try #require(try policy("program: [sh, prune.py]").program)
        #expect(program.argv[0].hasSuffix("/sh") && program.argv[0].hasPrefix("/") && program.folder == folder)
    }

    @Test func aProgramCanBeWrapped() throws {
        let policy = try policy("use: regret-guard\nwrap: {program: [./prune.py]}")
        let guarded = try #require(try policy.make() as? RegretGuard)
        #expect(guarded.inner.name == "prune.py")
    }

    @Test func aFlagNamesAProgram() throws {
        let recipe = try RecipeSource.read("demo", policy: folder + "/prune.py")
        #expect(recipe.policy.program?.argv == [folder + "/prune.py"])
        // A built-in name is never a file.
        #expect(try RecipeSource.read("demo", policy: "keep-all").policy == .keepAll)
    }

    /// Neither places nor contents matter to it, arguments do: a program that was mended goes on with the same run.
    @Test func theIdentityHoldsNoPath() throws {
        let first = try policy("program: [./prune.py, --strict]")
        #expect(!first.identity.contains(folder) && first.identity.contains("prune.py") && first.identity != first.yaml)
        let other = try ProgramReadingTests()
        #expect(try other.policy("program: [./prune.py, --strict]").identity == first.identity)
        #expect(try other.policy("program: [./prune.py, --lax]").identity != first.identity)
        try Data("#!/bin/sh\nexit 3\n".utf8).write(to: URL(filePath: other.folder + "/prune.py"))
        #expect(try other.policy("program: [./prune.py, --strict]").identity == first.identity)
        let wrapped = try policy("use: regret-guard\nwrap: {program: [./prune.py]}")
        #expect(!wrapped.identity.contains(folder) && wrapped.yaml.contains(folder))
        #expect(PolicySpecification.keepAll.identity == PolicySpecification.keepAll.yaml)
    }

    @Test(arguments: [
        ("program: [./gone.py]", "there is no program file", ExitCode.usage),
        ("program: [no-such-program-anywhere]", "there is no program \"no-such-program-anywhere\" along PATH", .usage),
        ("program: [./plain.py]", "may not be executed (chmod +x ", .usage),
        ("program: []", "program: expected at least 1 items, found 0", .recipe),
        ("program: [./prune.py]\ntimeout: 3", "timeout: unknown key", .recipe),
        ("program: [./prune.py]\nuse: keep-all", "use: unknown key", .recipe),
        ("program: [./prune.py]\ntimeout-seconds: 0", "timeout-seconds is 0.0, expected above 0", .recipe),
        ("program: [./prune.py]\non-failure: retry", "on-failure: expected stop or {fallback: policy}", .recipe),
        ("program: [./prune.py]\non-failure: {fallback: keep-al}", "unknown policy \"keep-al\"", .recipe),
        (
            "program: [./prune.py]\non-failure: {fallback: {program: [./prune.py]}}",
            "a fallback is a built-in policy, not a program", .recipe
        ),
        ("program: [./prune.py]\nenv: {\"A=B\": c}", "expected the name of a variable, without '='", .recipe),
        ("program: [./prune.py]\nneeds: [pears]", "needs.0: unknown name 'pears'; did you mean 'pairs'?", .recipe),
    ])
    func whatIsWrongIsSaid(_ text: String, _ problem: String, _ status: ExitCode) throws {
        try program("plain.py", mode: 0o644)
        let error = #expect(throws: YAMLError.self) { try policy(text) }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
        #expect(error?.exitCode == status && error?.message.hasPrefix(folder + "/p.yaml:") == true)
    }

    @Test func aFlagThatNamesNothingIsSaid() throws {
        let error = #expect(throws: YAMLError.self) { try RecipeSource.read("demo", policy: "./gone.py") }
        #expect(error?.exitCode == .usage && error?.message.contains("--policy: policy: there is no program") == true)
    }

    @Test func theWireNamesThisVersion() { #expect(ProgramWire.program == Version.program) }
}
