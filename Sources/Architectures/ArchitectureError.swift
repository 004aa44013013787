import Foundations

/// A name, label or genotype that does not fit the search space it was meant for; exit status 2.
///
/// What is wrong inside a space file is a ``YAMLError`` with file, line and key instead.
package struct ArchitectureError: Complaint, Hashable {
    package let message: String
    package let hint: String
    package var exitCode: ExitCode { .usage }

    package init(_ message: String, hint: String = "") {
        self.message = message
        self.hint = hint
    }
}
