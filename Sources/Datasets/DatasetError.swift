package import Foundations

/// A data set that cannot be used: what is wrong with which file, folder or key, and what to do about it.
///
/// The message reads `subject: problem`; the problem says what was expected and what was found. Exit status 4, or 11
/// where writing a file failed.
package struct DatasetError: Complaint, Hashable {
    /// A path, or a recipe key such as `data.hold-out`.
    package let subject: String
    package let problem: String
    package let hint: String
    package let exitCode: ExitCode

    package init(_ subject: String, _ problem: String, hint: String = "", exitCode: ExitCode = .dataset) {
        self.subject = subject
        self.problem = problem
        self.hint = hint
        self.exitCode = exitCode
    }

    package var message: String { "\(subject): \(problem)" }
}
