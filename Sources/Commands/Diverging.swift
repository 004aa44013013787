import Foundations

/// Some of many runs ended in numbers that are not finite. Everything else is done, and the verb has answered.
struct Diverging: Complaint, AnsweredInJSON {
    let count: Int
    let first: String
    let hint: String

    /// - Parameters: `problems`, what was said of each; `hint`, what to do.
    /// - Returns: nil where there are none.
    init?(_ problems: [String], hint: String) {
        guard let first = problems.first else { return nil }
        (count, self.first, self.hint) = (problems.count, first, hint)
    }

    var exitCode: Foundations.ExitCode { .diverged }
    var message: String { count == 1 ? first : "\(count) runs have diverged; the first: \(first)" }
}
