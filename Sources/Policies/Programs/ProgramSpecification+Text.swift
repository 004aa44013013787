import Foundations

extension ProgramSpecification {
    /// As it stands in a stored recipe, every key spelt out; it reads back to an equal specification.
    package var yaml: String {
        var pairs = [
            "program: [\(argv.map(\.quotedScalar).joined(separator: ", "))]", "folder: \(folder.quotedScalar)",
        ]
        pairs.append(contentsOf: settings(fallback: \.yaml))
        return "{\(pairs.joined(separator: ", "))}"
    }

    /// The same without places: files stand with their base name and SHA-256, so that equal programs in two folders are
    /// equal, and a program that was changed is another. It reads the files.
    package var identity: String {
        let words = argv.enumerated().map { place, word -> String in
            guard let file = file(place) else { return word.quotedScalar }
            let digest = (try? FileDigest.sha256(of: file)).map { "\($0)" } ?? "missing"
            return "{file: \(word.baseName.quotedScalar), sha256: \(digest)}"
        }
        let pairs = ["program: [\(words.joined(separator: ", "))]"] + settings(fallback: \.identity)
        return "{\(pairs.joined(separator: ", "))}"
    }

    private func settings(fallback: (PolicySpecification) -> String) -> [String] {
        var pairs = ["timeout-seconds: \(Int(exactly: timeoutSeconds).map { "\($0)" } ?? "\(timeoutSeconds)")"]
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
