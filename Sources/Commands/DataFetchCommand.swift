import ArgumentParser
import Datasets
import Foundation
import Foundations

extension DataCommand {
    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fetch", abstract: "Download an image set, checked and ready for --data.",
            discussion: """
                What was interrupted goes on where it stopped, and what is there is not fetched again. An archive that you put \
                into the folder yourself is used instead of the network. Needs the programs curl, gzip and tar.
                """)

        @Argument(help: "cifar10, cifar100 or fashion-mnist.") var set: String
        @Option(help: ArgumentHelp("The folder; without it data/SET. Made where missing.", valueName: "dir"))
        var out: String?
        @Option(help: ArgumentHelp("Fetch the archives from this address instead.", valueName: "url"))
        var mirror: String?
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            struct File: Encodable {
                let name: String
                let bytes: Int
                let sha256: Digest
                let fetched: Bool
            }

            var schema = "espalier.fetch/1"
            let set: String
            let folder: String
            let files: [File]
            let next: String
        }

        func validate() throws {
            let names = RemoteSet.known.map(\.name)
            guard names.contains(set) else {
                throw ValidationError("<set>: expected one of \(names.joined(separator: ", ")), found \(set)")
            }
        }

        func run() async throws {
            guard let remote = RemoteSet.named(set) else { return }
            let folder = out ?? "data/\(set)"
            let progress = FetchProgress()
            let fetch = Datasets.Fetch(remote, mirror: mirror, environment: ProcessInfo.processInfo.environment)
            let files: [Datasets.Fetch.File]
            do {
                files = try await fetch.run(into: folder, observer: progress)
            } catch let stopped as FetchStopped {
                progress.clear()
                throw Stopped(
                    signal: stopped.signal, subject: "the fetch of \(set)", hint: "go on with: \(again(folder))")
            } catch {
                progress.clear()
                throw error
            }
            progress.clear()
            let next = next(remote, folder)
            if output.json {
                return try Output.json(
                    Document(
                        set: set, folder: folder,
                        files: files.map {
                            .init(name: $0.name, bytes: $0.bytes, sha256: $0.sha256, fetched: $0.isNew)
                        },
                        next: next))
            }
            let new = files.count { $0.isNew }
            let counts = new == files.count ? "" : ", \(files.count - new) of them there before"
            try Output.line("\(set): \(files.count) files in \(folder), whole and readable\(counts)")
            try Output.line("next: \(next)")
        }

        /// The command that goes on.
        private func again(_ folder: String) -> String {
            "\(ProgramName.current) data fetch \(set)" + (out.map { " --out \(shellWord($0))" } ?? "")
                + (mirror.map { " --mirror \(shellWord($0))" } ?? "")
        }

        /// A search on the files, in minutes; there is one recipe for all three sets.
        private func next(_ remote: RemoteSet, _ folder: String) -> String {
            let set = remote.set == "cifar10" ? "" : " --set data.set=\(remote.set)"
            return "\(ProgramName.current) search --recipe cifar10-smoke\(set) --data \(shellWord(folder))"
        }
    }
}

/// A word as a shell reads it back.
private func shellWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
        "/._-:=+,%@".utf8.contains(byte) || byte > 127 || Character(UnicodeScalar(byte)).isLetter
            || Character(UnicodeScalar(byte)).isNumber
    }
    return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
}
