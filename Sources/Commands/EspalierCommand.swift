import CFaults
import Foundation
import Foundations
import Policies
import Searches

/// The command line with policies of your own: everything `espalier` can do, in a program of another name.
///
///     import Commands
///     import MyPolicies
///
///     await EspalierCommand.main(policies: [.keepWithin])
///
/// The policies are known by name to every verb: `--policy`, the `policy:` of a recipe and of a comparison's arms, and
/// the lists that people see. A policy of the name of a built-in one takes its place.
///
/// A run made with such a policy is gone on with by this program: `espalier` itself would not know the policy. It can
/// show the run all the same.
public enum EspalierCommand {
    /// Runs the command line of this process and leaves with its exit status.
    ///
    /// - Parameter policies: known beside the built-in ones.
    public static func main(policies: [PolicyEntry] = []) async -> Never {
        faults_install()
        let name = CommandLine.arguments.first.map { URL(fileURLWithPath: $0).lastPathComponent } ?? ""
        let arguments = Array(CommandLine.arguments.dropFirst())
        let status = await Opener.$current.withValue(.ofProcess(arguments)) {
            await run(arguments: arguments, policies: policies, name: name.isEmpty ? "espalier" : name)
        }
        exit(status)
    }

    /// Runs one command line. Answers go to standard output, everything else to standard error.
    ///
    /// - Parameters: `arguments`, without the name of the program; `policies`, known beside the built-in ones; `name`,
    ///   what the program is called in its help and in hints.
    /// - Returns: the exit status: 0, or what `docs/command-line.md` says; 2 where two of the policies have one name.
    public static func run(
        arguments: [String], policies: [PolicyEntry] = [], name: String = "espalier"
    ) async -> Int32 {
        await ProgramName.$current.withValue(name) {
            let catalogue = PolicyCatalogue.builtIn.adding(policies)
            let names = catalogue.entries.map(\.name)
            if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
                Output.error("error: policy \(twice.debugDescription) is registered twice, expected one of each name")
                return ExitCode.usage.rawValue
            }
            return await PolicyCatalogue.$current.withValue(catalogue) { await Espalier.run(arguments) }
        }
    }
}
