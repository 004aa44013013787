/// The variables a program is given: a few of ours, and those of its specification. Nothing else, so that no secret of the
/// user's shell reaches a stranger by accident.
enum ProgramEnvironment {
    /// Inherited by name; `LC_*` besides.
    static let names: Set<String> = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"]

    /// - Parameter inherited: of this process.
    static func make(from inherited: [String: String], adding own: [String: String]) -> [String: String] {
        inherited.filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }.merging(own) { $1 }
    }
}
