import Foundations

extension ProgramSpecification {
    /// As it stands in a stored recipe, every key spelt out; it reads back to an equal specification.
    package var yaml: String {
        var pairs = [
            "program: [\(argv.map(\.quotedScalar).joined(separator: ", "))]", "folder: \(folder.quotedScalar)",
        ]
        pairs.append("timeout-seconds: \(Int(exactly: timeoutSeconds).map { "\($0)" } ?? "\(timeoutSeconds)")")
        pairs.append(contentsOf: settings(fallback: \.yaml))
        return "{\(pairs.joined(separator: ", "))}"
    }

    /// The same without places and patience: files stand with their base names. What is in them is not part of it: a run
    /// whose program was mended and resumed is the run it would have been with the good program from the start.
    package var identity: String {
        let words = argv.enumerated().map { (file($0) == nil ? $1 : $1.baseName).quotedScalar }
        let pairs = ["program: [\(words.joined(separator: ", "))]"] + settings(fallback: \.identity)
        return "{\(pairs.joined(separator: ", "))}"
    }

    private func settings(fallback: (PolicySpecification) -> String) -> [String] {
        var pairs: [String] = []
        if !env.isEmpty {
            let values = env.sorted { $0.key < $1.key }.map { "\($0.key.quotedScalar): \($0.value.quotedScalar)" }
            pairs.append("env: {\(values.joined(separator: ", "))}")
        }
        switch onFailure {
        case .stop: pairs.append("on-failure: stop")
        case .fallback(let policy): pairs.append("on-failure: {fallback: \(fallback(policy))}")
        }
        if !needs.isEmpty {
            pairs.append("needs: [\(needs.map(\.rawValue).sorted().joined(separator: ", "))]")
        }
        return pairs
    }
}
