import Foundation
import Foundations
import Rankings

/// A truth table on disk, as the policies that know the answer name it: path, digest and content.
struct TruthFile: Sendable {
    let path: String
    let table: TruthTable

    /// - Parameter policy: the policy's name, for messages.
    /// - Throws: ``PolicyError``, status 2 where the file cannot be read, 3 where it is not a truth table.
    init(path: String, of policy: String) throws {
        let text = try Self.read(path, policy)
        do {
            table = try TruthTable(csv: text, path: path)
        } catch let error as RankingsError {
            throw PolicyError("\(policy): \(error.message)", hint: error.hint, exitCode: .recipe)
        }
        self.path = path
    }

    /// Makes `truth` an absolute path and fills in `truth-sha256`, so that a resumed run finds the same file from any
    /// folder, and notices when it has changed.
    ///
    /// - Throws: ``PolicyError``, status 2 where the file cannot be read, 3 where it is not the one the run began with.
    static func complete(_ parameters: inout [String: PolicyValue], of policy: String) throws {
        guard case .word(let given)? = parameters["truth"], !given.isEmpty else {
            if parameters["truth"] == .word("") { parameters["truth"] = nil }
            return
        }
        // Made absolute first: standardizing a relative URL loses its leading "..".
        let folder = given.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath + "/"
        let path = URL(fileURLWithPath: folder + given).standardized.path
        let found = SHA256.digest(of: Array(try read(path, policy).utf8)).description
        if case .word(let expected)? = parameters["truth-sha256"], !expected.isEmpty, expected != found {
            throw PolicyError(
                "\(policy): \(path) has SHA-256 \(found), expected \(expected)",
                hint: "the file has changed since; put the old one back, or start a new run", exitCode: .recipe)
        }
        parameters["truth"] = .word(path)
        parameters["truth-sha256"] = .word(found)
    }

    /// The parameters of a policy that goes by a truth table.
    static let parameters = [
        PolicyParameter("truth", .text, standard: nil, summary: "the truth table, a CSV file with label and gt_mean"),
        PolicyParameter(
            "truth-sha256", .text, standard: .word(""), summary: "the digest of that file; filled in when left out"),
        PolicyParameter(
            "keep", .number(above: 0, through: 1), standard: .number(0.5), summary: "the share that is kept"),
    ]

    /// The best share by truth, or the worst.
    ///
    /// - Throws: ``PolicyError`` (status 8) naming the survivors that have no truth.
    func cut(_ standing: Standing, _ part: KeptShare, best: Bool, policy: String) throws -> Verdict {
        do {
            _ = try table.places(of: standing.survivors.map(\.child))
        } catch let error as RankingsError {
            throw PolicyError("\(policy): \(path): \(error.message)", hint: error.hint)
        }
        let value = { (survivor: Survivor) in table[survivor.child].map { best ? $0 : -$0 } }
        return standing.cut(
            standing.ranked(by: value), after: part.count(of: standing.survivors.count), by: value
        ) { survivor in
            "truth \(String(format: "%.4f", table[survivor.child] ?? .nan))" + (best ? "" : ", worst preferred")
        }
    }

    private static func read(_ path: String, _ policy: String) throws -> String {
        do {
            return try CommaSeparatedFile.text(path)
        } catch let error as RankingsError {
            throw PolicyError("\(policy): truth: \(error.message)", exitCode: .usage)
        }
    }
}
