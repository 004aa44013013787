/// What is wrong with a YAML text, and where: `recipes/x.yaml:12: train.lrr: unknown key; did you mean 'lr'?`.
package struct YAMLError: Complaint, Hashable {
    package var mark: YAMLMark
    /// The dotted path of the key; empty for the whole text.
    package var path: String
    package var problem: String
    package var exitCode: ExitCode

    package init(mark: YAMLMark, path: String = "", problem: String, exitCode: ExitCode = .recipe) {
        self.mark = mark
        self.path = path
        self.problem = problem
        self.exitCode = exitCode
    }

    package var message: String { path.isEmpty ? "\(mark): \(problem)" : "\(mark): \(path): \(problem)" }
}

/// `; did you mean 'x'?` where a candidate is near, otherwise `; expected one of a, b` while the list is short.
package func suggestion(for word: String, among candidates: [String]) -> String {
    if let near = nearestName(to: word, among: candidates) { return "; did you mean '\(near)'?" }
    return candidates.isEmpty || candidates.count > 12 ? "" : "; expected one of \(candidates.joined(separator: ", "))"
}
